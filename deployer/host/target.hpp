// What a probe or an admin page is asked at: the parts of a URL, or HOST:PORT. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct ProbeTarget {
  std::string scheme;  // "http", "https"; empty of HOST:PORT
  std::string host;    // IPv6 without brackets
  std::uint16_t port = 0;
  std::string path;  // from the slash on, with the query; may be empty

  std::string url() const;
};

// http://HOST[:PORT][/PATH] or https://…; Code::invalid: what is wrong.
base::Result<ProbeTarget> parse_target(std::string_view url);
// HOST:PORT, IPv6 in brackets.
base::Result<ProbeTarget> parse_address(std::string_view text);

bool is_loopback(std::string_view host);         // localhost, 127.…, ::1
std::string bracketed(const std::string& host);  // "::1" → "[::1]"

}  // namespace longshore::deployer
