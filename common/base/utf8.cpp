#include "common/base/utf8.hpp"

#include <algorithm>

namespace longshore::base {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD", kEllipsis = "\xE2\x80\xA6", kHex = "0123456789abcdef";

// C0, DEL, and C1 (U+0080 to U+009F), which some terminals obey as well.
bool is_control(std::string_view character) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  return at(0) < 0x20 || at(0) == 0x7f || (at(0) == 0xC2 && at(1) < 0xA0);
}

}  // namespace

std::size_t character_size(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t size = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((at(i) & 0xC0) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
  const bool beyond = (first == 0xED && at(1) >= 0xA0) || (first == 0xF4 && at(1) >= 0x90);  // surrogates; over U+10FFFF
  return overlong || beyond ? 0 : size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(std::max<std::size_t>(1, character_size(text)));
  return count;
}

std::string_view cut_to_bytes(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = 0;
  for (std::size_t next = 0; next <= most; next += std::max<std::size_t>(1, character_size(text.substr(next)))) end = next;
  return text.substr(0, end);
}

std::string cut_to_characters(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t before_last = 0;
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == most) {
      out.resize(before_last);
      return out += kEllipsis;
    }
    before_last = out.size();
    const std::size_t size = character_size(text);
    out += size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(1, size));
  }
  return out;
}

std::string as_utf8(std::string_view text) { return cut_to_characters(text, std::string_view::npos); }

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(1, size));
    if (size > 0 && !is_control(character))
      out += character;
    else if (character == "\n")
      out += "\\n";
    else
      for (const char c : character) ((out += "\\x") += kHex[static_cast<unsigned char>(c) >> 4U]) += kHex[c & 15];
    text.remove_prefix(character.size());
  }
  return out;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char first = text[0];
    const std::size_t size = character_size(text);
    if (size == 0)
      out += kReplacement;
    else if (first == '"' || first == '\\')
      (out += '\\') += first;
    else if (static_cast<unsigned char>(first) < 0x20 || first == 0x7f)
      ((out += "\\u00") += kHex[static_cast<unsigned char>(first) >> 4U]) += kHex[first & 15];
    else
      out += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(1, size));
  }
  out += '"';
}

}  // namespace longshore::base
