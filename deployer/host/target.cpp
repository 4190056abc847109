#include "deployer/host/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;

// `port`: what counts where none is written; 0: one must be.
Result<ProbeTarget> split(std::string_view text, std::uint16_t port) {
  ProbeTarget target;
  target.port = port;
  const bool clean =
      std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f || c == '@'; });
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
    if (error != std::errc{} || end != digits.data() + digits.size()) target.port = 0;
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  target.host = host;
  if (!clean || host.empty() || host.find_first_of("[]") != std::string_view::npos || target.port == 0)
    return fail(Code::invalid, fmt::format("\"{}\" is no HOST:PORT", text));
  return target;
}

}  // namespace

std::string ProbeTarget::url() const { return fmt::format("{}://{}:{}{}", scheme, bracketed(host), port, path); }

Result<ProbeTarget> parse_target(std::string_view url) {
  const std::size_t colon = url.find("://");
  const std::string_view scheme = colon == std::string_view::npos ? "" : url.substr(0, colon);
  if (scheme != "http" && scheme != "https")
    return fail(Code::invalid, fmt::format("\"{}\" does not begin with http:// or https://", url));
  const std::string_view rest = url.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  TRY(target, split(rest.substr(0, end), scheme == "https" ? 443 : 80));
  target.scheme = scheme;
  target.path = rest.substr(end);
  return target;
}

Result<ProbeTarget> parse_address(std::string_view text) { return split(text, 0); }

bool is_loopback(std::string_view host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

std::string bracketed(const std::string& host) { return host.find(':') == std::string::npos ? host : "[" + host + "]"; }

}  // namespace longshore::deployer
