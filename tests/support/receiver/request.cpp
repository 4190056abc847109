#include "tests/support/receiver/request.hpp"

#include <strings.h>

#include <charconv>

namespace longshore::receiver {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::optional<Request> parse_request(std::string_view text) {
  Request request;
  request.head = text;
  const std::size_t line_end = text.find("\r\n");
  const std::string_view line = text.substr(0, line_end);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last <= first || !line.substr(last + 1).starts_with("HTTP/1.")) return std::nullopt;
  request.method = line.substr(0, first);
  request.path = line.substr(first + 1, last - first - 1);
  text.remove_prefix(line_end + 2);
  while (true) {
    const std::size_t end = text.find("\r\n");
    if (end == 0 || end == std::string_view::npos) return request;
    const std::string_view header = text.substr(0, end);
    text.remove_prefix(end + 2);
    const std::size_t colon = header.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view name = header.substr(0, colon);
    std::string_view value = header.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (same(name, "content-length")) {
      const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), request.body);
      if (error != std::errc{} || stop != value.data() + value.size()) return std::nullopt;
    } else if (same(name, "x-loggly-tag")) {
      request.tags = value;
    } else if (same(name, "content-encoding")) {
      request.encoding = value;
    } else if (same(name, "transfer-encoding")) {
      return std::nullopt;
    } else if (same(name, "expect")) {
      request.expects_continue = same(value, "100-continue");
    } else if (same(name, "connection")) {
      request.close = same(value, "close");
    }
  }
}

std::optional<LogglyPath> parse_loggly_path(std::string_view path) {
  const std::size_t skip = path.starts_with("/bulk/") ? 6 : path.starts_with("/inputs/") ? 8 : 0;
  if (skip == 0) return std::nullopt;
  path.remove_prefix(skip);
  LogglyPath result;
  const std::size_t slash = path.find('/');
  result.token = path.substr(0, slash);
  if (slash == std::string_view::npos) return result;
  path.remove_prefix(slash);
  if (path.starts_with("/tag/")) {
    path.remove_prefix(5);
    result.tags = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
  }
  return result;
}

}  // namespace longshore::receiver
