// One step through UTF-8 (RFC 3629 §4). Ill-formed bytes are told apart as maximal subparts (Unicode 15 §3.9, U+FFFD
// substitution), the way browsers and simdjson's users count replacement characters.
#pragma once

namespace longshore::shipper {

// `*p` is 0x80 or above and p < end. The length of the well-formed sequence there (2 to 4), or minus the length (1 to 3) of
// the ill-formed piece that one U+FFFD stands for.
inline int utf8_step(const char* p, const char* end) {
  const auto byte = [p](int i) { return static_cast<unsigned char>(p[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0xC2 || lead > 0xF4) return -1;
  const int length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // Overlong forms, surrogates and what lies beyond U+10FFFF show in the second byte.
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (end - p < 2 || byte(1) < low || byte(1) > high) return -1;
  for (int i = 2; i < length; ++i)
    if (end - p <= i || (byte(i) & 0xC0) != 0x80) return -i;
  return length;
}

}  // namespace longshore::shipper
