#include "rotator/search/place_bits.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

#include "rotator/search/literal_finder.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace longshore::rotator {

LiteralPlaces::LiteralPlaces(std::string_view literal, std::string_view mask)
    : size_(literal.size()), at_once_(std::min(size_, kAtOnce)) {
  std::ranges::copy(literal, literal_);
  std::ranges::copy(mask, mask_);
  fold_ = std::ranges::count(mask, '\0') != static_cast<std::ptrdiff_t>(size_);
  std::vector<std::size_t> order(size_);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return byte_rarity(literal_[i]); });
  std::copy_n(order.begin(), at_once_, rarest_);
}

SetPlaces::SetPlaces(const std::bitset<256>& bytes) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    unsigned char& halves = (byte < 0x80 ? ascii_ : beyond_)[byte & 0x0FU];
    if (bytes[byte]) halves = static_cast<unsigned char>(halves | 1U << (byte >> 4U & 7U));
  }
}

#if defined(__x86_64__)

bool place_bits_are_fast() { return __builtin_cpu_supports("avx2") != 0; }

#define LONGSHORE_WIDE __attribute__((target("avx2")))

namespace {

LONGSHORE_WIDE inline __m256i load(const char* at) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)); }

LONGSHORE_WIDE inline PlaceBits bits(__m256i lower, __m256i upper) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(lower)) |
         static_cast<PlaceBits>(static_cast<std::uint32_t>(_mm256_movemask_epi8(upper))) << 32U;
}

LONGSHORE_WIDE inline __m256i twice(const unsigned char* table) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(table)));
}

}  // namespace

LONGSHORE_WIDE bool has_beyond_ascii(const char* text, std::size_t words) {
  __m256i all = _mm256_setzero_si256();
  for (std::size_t word = 0; word < words; ++word, text += kPlaces)
    all = _mm256_or_si256(all, _mm256_or_si256(load(text), load(text + 32)));
  return _mm256_movemask_epi8(all) != 0;
}

// `Letters` of it are compared at all places, the others where these are. Written out without a loop, that costs half.
template <std::size_t Letters, bool Fold>
LONGSHORE_WIDE void LiteralPlaces::mark_by(const char* text, std::size_t words, PlaceBits* out) const {
  __m256i letters[Letters], masks[Letters];
  for (std::size_t i = 0; i < Letters; ++i) {
    letters[i] = _mm256_set1_epi8(literal_[rarest_[i]]);
    masks[i] = _mm256_set1_epi8(mask_[rarest_[i]]);
  }
  const auto same = [&](const char* at, std::size_t i) __attribute__((target("avx2"), always_inline)) {
    const __m256i here = load(at + rarest_[i]);
    return _mm256_cmpeq_epi8(Fold ? _mm256_or_si256(here, masks[i]) : here, letters[i]);
  };
  const __m256i literal = load(literal_), mask = load(mask_);
  const auto all = static_cast<std::uint32_t>((PlaceBits{1} << size_) - 1);
  for (std::size_t word = 0; word < words; ++word, text += kPlaces) {
    __m256i lower = same(text, 0), upper = same(text + 32, 0);
    [&]<std::size_t... Before>(std::index_sequence<Before...>) __attribute__((target("avx2"), always_inline)) {
      ((lower = _mm256_and_si256(lower, same(text, Before + 1)),
        upper = _mm256_and_si256(upper, same(text + 32, Before + 1))),
       ...);
    }(std::make_index_sequence<Letters - 1>());
    PlaceBits found = bits(lower, upper);
    if (Letters == kAtOnce && size_ > Letters)
      for (PlaceBits left = found; left != 0; left &= left - 1) {
        const __m256i here = _mm256_cmpeq_epi8(_mm256_or_si256(load(text + std::countr_zero(left)), mask), literal);
        if ((~static_cast<std::uint32_t>(_mm256_movemask_epi8(here)) & all) != 0) found ^= left & -left;
      }
    out[word] = found;
  }
}

void LiteralPlaces::mark(const char* text, std::size_t words, PlaceBits* out) const {
  const auto by = [&]<std::size_t... Less>(std::index_sequence<Less...>) {
    ((at_once_ == Less + 1 ? fold_ ? mark_by<Less + 1, true>(text, words, out) : mark_by<Less + 1, false>(text, words, out)
                           : void()),
     ...);
  };
  by(std::make_index_sequence<kAtOnce>());
}

LONGSHORE_WIDE void SetPlaces::mark(const char* text, std::size_t words, PlaceBits* out) const {
  const __m256i ascii = twice(ascii_), beyond = twice(beyond_), top = _mm256_set1_epi8(-128), half = _mm256_set1_epi8(15);
  const __m256i bit_of_half = _mm256_set1_epi64x(static_cast<std::int64_t>(0x8040201008040201));
  // The shuffle takes the lower half of a byte as the place in the table, and yields 0 where the top bit is set.
  const auto in_set = [&](const char* at) __attribute__((target("avx2"), always_inline)) {
    const __m256i here = load(at);
    const __m256i halves =
        _mm256_or_si256(_mm256_shuffle_epi8(ascii, here), _mm256_shuffle_epi8(beyond, _mm256_xor_si256(here, top)));
    const __m256i wanted = _mm256_shuffle_epi8(bit_of_half, _mm256_and_si256(_mm256_srli_epi16(here, 4), half));
    return _mm256_cmpeq_epi8(_mm256_and_si256(halves, wanted), wanted);
  };
  for (std::size_t word = 0; word < words; ++word, text += kPlaces) out[word] = bits(in_set(text), in_set(text + 32));
}

#else  // RE2 does it all

bool place_bits_are_fast() { return false; }
bool has_beyond_ascii(const char*, std::size_t) { return false; }
void LiteralPlaces::mark(const char*, std::size_t, PlaceBits*) const {}
void SetPlaces::mark(const char*, std::size_t, PlaceBits*) const {}

#endif

}  // namespace longshore::rotator
