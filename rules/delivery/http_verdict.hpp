// What an HTTP answer that does not say "done" means, to any of the services that alerts go to. Pure.
//   none, 502, 503, 504, 429: wait · 401, 402, 403; 404 and 405 where `address` is what was asked: hold
//   408, other 5xx but 501, below 400: retry · all else: refused
#pragma once

#include "rules/delivery/alert_sink.hpp"

namespace longshore::rules {

// `address`: whether the request names nothing but the service, so that 404 says that the URL is wrong.
AlertVerdict http_failure(const AlertAnswer& answer, bool address);

// "answered 503: Service Unav…"
std::string what_it_said(const AlertAnswer& answer);

}  // namespace longshore::rules
