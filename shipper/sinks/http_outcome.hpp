// What an HTTP answer means for the payload that was sent. Pure.
//   200 (any 2xx) delivered · 400, 413 split · 408, 429, 5xx and transport errors retry · 401, 403 and all else hold
// A sink that must answer with a certain body (Loggly: {"response":"ok"}) and answers 2xx with another is retried: a proxy's
// page is no acknowledgement.
#pragma once

#include "common/base/timestamp.hpp"
#include "common/http/client.hpp"
#include "shipper/sinks/sender.hpp"

namespace longshore::shipper {

enum class Acknowledgement { status, loggly };

Outcome http_outcome(const base::Result<http::Response>& answer, Acknowledgement expected, base::Timestamp now);

// Retry-After (RFC 9110 §10.2.3): seconds or an HTTP date; at most one hour. 0 if there is none or it is not understood.
base::Duration parse_retry_after(std::string_view value, base::Timestamp now);

}  // namespace longshore::shipper
