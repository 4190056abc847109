// The two ways in which text is looked through: for a byte, 16 bytes at a time; while bytes are of a class, by a table.
#pragma once

#include <emmintrin.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace longshore::shipper {

// The first `a` or `b` in [p, end), or end. Reads nothing outside.
inline const char* find_either(const char* p, const char* end, char a, char b) {
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hits = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)), _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b)));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return p + std::countr_zero(mask);
  }
  while (p < end && *p != a && *p != b) ++p;
  return p;
}
inline const char* find_byte(const char* p, const char* end, char a) { return find_either(p, end, a, a); }

// Bytes of the grammars, in one table.
enum ByteClass : std::uint8_t {
  kTagByte = 1,   // of an RFC 3164 tag; the colon is one, too
  kHostByte = 2,  // of an RFC 3164 host
  kNameByte = 4,  // of an SD-NAME or SD-ID, RFC 5424 §6.3
};

inline constexpr std::array<std::uint8_t, 256> kByteClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const char byte = static_cast<char>(c);
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (c > ' ' && std::string_view("[]\"<").find(byte) == std::string_view::npos) classes[c] |= kTagByte;
    if (alphanumeric || std::string_view("-._:/@%").find(byte) != std::string_view::npos) classes[c] |= kHostByte;
    if (std::string_view(" ]\"=").find(byte) == std::string_view::npos) classes[c] |= kNameByte;
  }
  return classes;
}();

// The first byte in [p, end) that is not of the class, or end.
inline const char* skip_class(const char* p, const char* end, ByteClass byte_class) {
  while (p < end && (kByteClasses[static_cast<unsigned char>(*p)] & byte_class) != 0) ++p;
  return p;
}

}  // namespace longshore::shipper
