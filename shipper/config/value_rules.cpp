#include "shipper/config/value_rules.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <re2/re2.h>
#include <sys/un.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "common/base/zone.hpp"
#include "common/config/value_rules.hpp"
#include "common/io/endpoint.hpp"

namespace longshore::shipper {
namespace {

using config::Outside;
using config::Rule;

bool is_numeric(const std::string& host) {
  in6_addr bytes{};
  return ::inet_pton(AF_INET, host.c_str(), &bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), &bytes) == 1;
}

std::string listen_problem(const std::string& text) {
  const auto endpoint = io::parse_endpoint(text);
  if (!endpoint) return endpoint.error().message;
  if (!endpoint->path.empty())
    return endpoint->path.size() < sizeof(sockaddr_un::sun_path)
               ? std::string()
               : fmt::format("\"{}\": the path is longer than {} bytes", text, sizeof(sockaddr_un::sun_path) - 1);
  return is_numeric(endpoint->host) ? std::string()
                                    : fmt::format("\"{}\" needs a numeric address, e.g. 127.0.0.1 or 0.0.0.0", text);
}

Rule<std::string> with_schemes(std::initializer_list<std::string> schemes, std::string (*problem)(const std::string&)) {
  Rule<std::string> url = config::url(schemes);
  return {url.name.replace(0, 3, "address"),
          [begins = url.problem, problem](const std::string& text, const Outside& outside) {
            const std::string wrong = begins(text, outside);
            return wrong.empty() ? problem(text) : wrong;
          }};
}

}  // namespace

Rule<std::string> re2_pattern() {
  return {"RE2 pattern", [](const std::string& text, const Outside&) {
            RE2::Options quiet;
            quiet.set_log_errors(false);
            const RE2 pattern(text, quiet);
            return pattern.ok() ? std::string() : fmt::format("\"{}\" is not a pattern: {}", text, pattern.error());
          }};
}

Rule<std::string> listen_address(std::initializer_list<std::string> schemes) {
  return with_schemes(schemes, listen_problem);
}

Rule<std::string> connect_address(std::initializer_list<std::string> schemes) {
  return with_schemes(schemes, [](const std::string& text) {
    const auto endpoint = io::parse_endpoint(text);
    return endpoint ? std::string() : endpoint.error().message;
  });
}

Rule<std::string> address_and_port() {
  return {"address:port", [](const std::string& text, const Outside&) {
            const auto endpoint = io::parse_endpoint("tcp://" + text);
            return endpoint && is_numeric(endpoint->host)
                       ? std::string()
                       : fmt::format("\"{}\" is not an address with its port, e.g. 127.0.0.1:8514", text);
          }};
}

Rule<std::string> time_zone() {
  return {"time zone", [](const std::string& text, const Outside& outside) {
            if (text == "local" || base::Zone::from_offset(text)) return std::string();
            const bool name = std::all_of(text.begin(), text.end(), [](unsigned char c) {
              return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '+' || c == '/';
            });
            const auto found = name ? outside.readable("/usr/share/zoneinfo/" + text)
                                    : base::Result<void>(base::fail(base::Code::invalid, "not a name"));
            return found ? std::string()
                         : fmt::format(
                               "\"{}\" is not UTC, local, an offset like +02:00, or a zone that this system knows ({})",
                               text, found.error().message);
          }};
}

}  // namespace longshore::shipper
