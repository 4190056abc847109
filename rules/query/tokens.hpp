// Words of a text, as full-text search sees them: letters, digits and every byte above 127; all else stands between. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longshore::rules {

inline bool is_token_byte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}
inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// The next token at `at` or after it, and `at` behind it; empty at the end.
inline std::string_view next_token(std::string_view text, std::size_t& at) {
  while (at < text.size() && !is_token_byte(text[at])) ++at;
  const std::size_t begin = at;
  while (at < text.size() && is_token_byte(text[at])) ++at;
  return text.substr(begin, at - begin);
}

}  // namespace longshore::rules
