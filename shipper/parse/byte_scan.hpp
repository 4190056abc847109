// The two ways in which text is looked through: for a byte, 16 bytes at a time; while bytes are of a class, by a table.
#pragma once

#include <emmintrin.h>

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace longshore::shipper {

// The first `a`, `b` or `c` in [p, end), or end. Reads nothing outside.
inline const char* find_any(const char* p, const char* end, char a, char b, char c) {
  const __m128i as = _mm_set1_epi8(a), bs = _mm_set1_epi8(b), cs = _mm_set1_epi8(c);
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i hits =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, as), _mm_cmpeq_epi8(bytes, bs)), _mm_cmpeq_epi8(bytes, cs));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(hits));
    if (mask != 0) return p + std::countr_zero(mask);
  }
  while (p < end && *p != a && *p != b && *p != c) ++p;
  return p;
}
inline const char* find_byte(const char* p, const char* end, char a) { return find_any(p, end, a, a, a); }

// Are the first N bytes of both, of which 16 can be read, the same? N is 1 to 16.
template <unsigned N>
bool same_bytes(const char* a, const char* b) {
  const __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a)),
                                       _mm_loadu_si128(reinterpret_cast<const __m128i*>(b)));
  constexpr unsigned kMask = (1u << N) - 1;
  return (static_cast<unsigned>(_mm_movemask_epi8(equal)) & kMask) == kMask;
}

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
