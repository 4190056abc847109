// A name from configuration or from outside, made fit to be one component of a path.
#pragma once

#include <string>
#include <string_view>

namespace longshore::shipper {

// Letters, digits, '.', '_' and '-' stay, runs of anything else become one '_'; at most 100 bytes, never empty, never
// starting with a dot.
inline std::string file_name_of(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (plain) {
      out += c == '.' && out.empty() ? '_' : c;
    } else if (out.empty() || out.back() != '_') {
      out += '_';
    }
    if (out.size() == 100) break;
  }
  return out.empty() ? "_" : out;
}

}  // namespace longshore::shipper
