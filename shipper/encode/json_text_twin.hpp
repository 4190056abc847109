// The slow, obviously right way to escape text for JSON: one character at a time, decoded in full. Tests compare with it.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace longshore::shipper {

// The length of the well-formed UTF-8 sequence (RFC 3629) at the front of `text`; 0 if there is none.
inline std::size_t utf8_length_twin(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80             ? 1
                             : (lead & 0xE0) == 0xC0 ? 2
                             : (lead & 0xF0) == 0xE0 ? 3
                             : (lead & 0xF8) == 0xF0 ? 4
                                                     : 0;
  if (length == 0 || text.size() < length) return 0;
  unsigned code = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return 0;
  return length;
}

// Whether `text` can be continued to a well-formed sequence, by trying: what one U+FFFD stands for is the longest such
// prefix.
inline bool utf8_can_continue_twin(std::string_view text) {
  for (const char* tail : {"\x80", "\x90", "\xA0", "\xBF", "\x80\x80", "\x90\x80", "\xA0\x80", "\xBF\xBF", "\x80\x80\x80",
                           "\x90\x80\x80", "\xBF\xBF\xBF"}) {
    const std::string whole = std::string(text) + tail;
    if (utf8_length_twin(whole) == whole.size()) return true;
  }
  return false;
}

inline std::string json_text_twin(std::string_view text) {
  constexpr std::string_view kShort = "\b\f\n\r\t";
  std::string out;
  while (!text.empty()) {
    std::size_t length = utf8_length_twin(text);
    const auto c = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      length = 1;
      while (length < 3 && length < text.size() && utf8_can_continue_twin(text.substr(0, length + 1))) ++length;
      if (!utf8_can_continue_twin(text.substr(0, length))) length = 1;
    } else if (length > 1) {
      out += text.substr(0, length);
    } else if (c == '"' || c == '\\') {
      out += {'\\', text[0]};
    } else if (const std::size_t at = kShort.find(text[0]); at != std::string_view::npos) {
      out += {'\\', "bfnrt"[at]};
    } else if (c < 0x20) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\u%04x", c);
      out += hex;
    } else {
      out += text[0];
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace longshore::shipper
