#include "deployer/environment/host_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

struct HostAndPort {
  std::string host;
  std::uint16_t port = 0;  // 0: none is written
};

bool is_word(std::string_view text, std::string_view also) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c < 0x80 && std::isalnum(c) != 0) || also.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// A host that begins with "-" would be an option to ssh; it is no name either.
std::optional<HostAndPort> split(std::string_view text) {
  HostAndPort result;
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_word(text.substr(1, end - 1), ":.%")) return std::nullopt;
    result.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (!is_word(text.substr(0, end), ".-_")) return std::nullopt;
    result.host = text.substr(0, end);
    rest = text.substr(end);
  }
  if (rest.empty()) return result;
  const auto [stop, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), result.port);
  if (rest[0] != ':' || error != std::errc{} || stop != rest.data() + rest.size() || result.port == 0) return std::nullopt;
  return result;
}

}  // namespace

Result<HostUrl> parse_host_url(std::string_view text) {
  const auto wrong = [&](std::string_view why) {
    return base::fail(Code::invalid, fmt::format("\"{}\" {}: write ssh://[USER@]HOST[:PORT], unix:///PATH or "
                                                 "tcp+tls://HOST[:PORT]",
                                                 text, why));
  };
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return wrong("says no way to the host");
  const std::string_view scheme = text.substr(0, colon);
  std::string_view rest = text.substr(colon + 3);
  HostUrl url;
  if (scheme == "unix") {
    const bool clean = std::none_of(rest.begin(), rest.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
    if (!rest.starts_with('/') || rest.size() > 107 || !clean) return wrong("is no path of a socket");
    url.scheme = HostUrl::Scheme::unix_socket;
    url.path = rest;
    return url;
  }
  if (scheme == "ssh") {
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
      if (!is_word(rest.substr(0, at), "._-+")) return wrong("has a user that cannot be one");
      url.user = rest.substr(0, at);
      rest.remove_prefix(at + 1);
    }
  } else if (scheme == "tcp+tls") {
    url.scheme = HostUrl::Scheme::tls;
    url.port = 2376;  // as Docker's own
  } else if (scheme == "tcp") {
    return wrong("would give anybody on the way the whole host");
  } else {
    return wrong("is none of the ways to a host");
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const auto place = split(rest);
  if (!place) return wrong("has no good host and port");
  url.host = place->host;
  if (place->port != 0) url.port = place->port;
  return url;
}

bool is_host_and_port(std::string_view text) {
  const auto place = split(text);
  return place && place->port != 0;
}

}  // namespace longshore::deployer
