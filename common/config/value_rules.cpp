#include "common/config/value_rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longshore::config {

Rule<std::string> readable_file() {
  return {"file", [](const std::string& path, const Outside& outside) {
            const auto readable = outside.readable(path);
            return readable ? std::string() : readable.error().message;
          }};
}

Rule<std::string> url(std::vector<std::string> schemes) {
  std::string known;
  for (std::string& scheme : schemes) {
    scheme += "://";
    known += fmt::format("{}`{}`", known.empty() ? "" : ", ", scheme);
  }
  return {"URL, " + known, [schemes](const std::string& text, const Outside&) {
            const bool fits = std::any_of(schemes.begin(), schemes.end(), [&](const std::string& scheme) {
              return text.starts_with(scheme) && text.size() > scheme.size();
            });
            const bool clean = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
            return fits && clean
                       ? std::string()
                       : fmt::format("\"{}\" is not an address that begins with {}", text, fmt::join(schemes, ", "));
          }};
}

}  // namespace longshore::config
