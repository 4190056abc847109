// Finds the bytes that end a line (LF) or a C string (NUL), 16 at a time: most messages have neither.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <string_view>

namespace longshore::shipper {

// The index of the first LF or NUL; text.size() if there is none.
inline std::size_t find_break(std::string_view text) {
  std::size_t at = 0;
  for (; text.size() - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')), _mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
    if (const int mask = _mm_movemask_epi8(found); mask != 0) return at + std::countr_zero(static_cast<unsigned>(mask));
  }
  while (at < text.size() && text[at] != '\n' && text[at] != '\0') ++at;
  return at;
}

}  // namespace longshore::shipper
