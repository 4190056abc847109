// HTTP/1.1 messages (RFC 9112) as the lab's service and its clients speak them: bodies have a Content-Length.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/lab/wire/stream.hpp"

namespace longshore::lab {

struct Message {
  std::string start;                                         // "GET /version HTTP/1.1", "HTTP/1.1 200 OK"
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  std::string_view get(std::string_view name) const;  // a header's value; empty if there is none
  int status() const;                                 // of an answer; 0 if the start line is none
};

// The next message of the stream. Without a Content-Length a request has no body, and the body of an answer (`answer`) goes
// on to the end of the connection. What is not Got::bytes tells why there is none; `begun` then, whether a part of it had
// come.
Stream::Got read_message(Stream& stream, Message& message, Clock::time_point deadline, int stop, bool answer, bool& begun);

}  // namespace longshore::lab
