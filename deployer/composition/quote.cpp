#include "deployer/composition/quote.hpp"

#include <fmt/format.h>

namespace longshore::deployer {

std::string quote(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::string out = "\"";
  for (const char c : text.substr(0, kMost)) {
    if (c == '"' || c == '\\') out += '\\';
    if (c >= ' ' && c <= '~')
      out += c;
    else
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out + (text.size() > kMost ? "…\"" : "\"");
}

}  // namespace longshore::deployer
