// The head of an HTTP/1.1 request, as far as the receiver needs it. Views into the connection's buffer.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace longshore::receiver {

struct Request {
  std::string_view method, path;
  std::string_view tags;      // X-LOGGLY-TAG
  std::string_view encoding;  // Content-Encoding
  std::string_view head;      // all of it
  std::size_t body = 0;       // Content-Length
  bool expects_continue = false;
  bool close = false;
};

// `text` ends with the empty line. nullopt: not HTTP, or a body without Content-Length.
std::optional<Request> parse_request(std::string_view text);

struct LogglyPath {
  std::string_view token, tags;
};
// /bulk/TOKEN[/tag/TAGS/] and /inputs/TOKEN[/tag/TAGS/]; nullopt for any other path.
std::optional<LogglyPath> parse_loggly_path(std::string_view path);

}  // namespace longshore::receiver
