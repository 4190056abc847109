// One HTTP/1.1 request over a unix socket or plain TCP, without libcurl and TLS: for programs that stay small and ask
// little. Blocks until the answer or the deadline; any thread. Each request has a connection of its own.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/http/client.hpp"

namespace longshore::http {

struct PlainRequest {
  std::string unix_socket = {};  // path; empty: host and port of the URL
  std::string method = "GET";
  std::string url = {};  // http://HOST[:PORT]/PATH
  std::string body = {};
  std::string content_type = {};
  Headers headers = {};  // Host is that of the URL if it is not here; no line ends in them
  base::Duration timeout = std::chrono::seconds(10);  // from the start to the end of the answer
  std::size_t body_limit = 4 << 20;                   // of the answer, bytes
};

// The answer, whatever its status. Code::not_found: no such socket or host; unavailable: nobody listens; permission;
// timeout; closed: it broke off; corrupt: no HTTP; exhausted: longer than the limit; invalid: not a usable URL.
base::Result<Response> send_plain(const PlainRequest& request);

// "A b/" → "A%20b%2F": safe in a path segment and in a query.
std::string percent_encode(std::string_view text);

}  // namespace longshore::http
