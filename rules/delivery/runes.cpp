#include "rules/delivery/runes.hpp"

namespace longshore::rules {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD", kEllipsis = "\xE2\x80\xA6";

// The bytes of the character that `text` begins with (RFC 3629 §4); 0 if it begins with none. `text` is not empty.
std::size_t rune_size(std::string_view text) {
  const auto at = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i) { return (at(i) & 0xC0) == 0x80; };
  const unsigned first = at(0), second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool short_form = first == 0xE0 && second < 0xA0, surrogate = first == 0xED && second > 0x9F;
    return tail(1) && tail(2) && !short_form && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool short_form = first == 0xF0 && second < 0x90, beyond = first == 0xF4 && second > 0x8F;
    return tail(1) && tail(2) && tail(3) && !short_form && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string cut_to_runes(std::string_view text, std::size_t most) {
  std::string out;
  std::size_t runes = 0, before_last = 0;
  while (!text.empty()) {
    if (runes == most) {
      out.resize(before_last);
      out += kEllipsis;
      break;
    }
    before_last = out.size();
    const std::size_t size = rune_size(text);
    out += size == 0 ? kReplacement : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
    ++runes;
  }
  return out;
}

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const std::size_t size = rune_size(text);
    const std::string_view rune = size == 0 ? kReplacement : text.substr(0, size);
    const auto first = static_cast<unsigned char>(rune[0]);
    if (first == '"' || first == '\\') {
      out += '\\';
      out += rune;
    } else if (first < 0x20) {
      out += "\\u00";
      out += kHex[first >> 4];
      out += kHex[first & 15];
    } else {
      out += rune;
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

}  // namespace longshore::rules
