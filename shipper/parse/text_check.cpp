#include "shipper/parse/text_check.hpp"

#include <emmintrin.h>
#include <simdjson.h>

#include <cstdint>
#include <cstring>

namespace longshore::shipper {
namespace {

__m128i load(const char* p) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)); }

bool is_ascii(const char* p, std::size_t size) {
  const char* const end = p + size;
  if (size < 16) {
    unsigned char high = 0;
    for (; p < end; ++p) high |= static_cast<unsigned char>(*p);
    return high < 0x80;
  }
  __m128i high = load(end - 16);  // overlaps the last steps of the loops
  for (; end - p >= 64; p += 64)
    high = _mm_or_si128(_mm_or_si128(high, _mm_or_si128(load(p), load(p + 16))), _mm_or_si128(load(p + 32), load(p + 48)));
  for (; end - p >= 16; p += 16) high = _mm_or_si128(high, load(p));
  return _mm_movemask_epi8(high) == 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  return is_ascii(text.data(), text.size()) || simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace longshore::shipper
