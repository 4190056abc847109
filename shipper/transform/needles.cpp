#include "shipper/transform/needles.hpp"

#include <algorithm>

#ifdef __SSSE3__
#include <immintrin.h>
#endif

namespace longshore::shipper {
namespace {

constexpr std::size_t kLeastDigits = 13;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Where the run of digits that begins at `place` ends; single blanks and dashes between digits belong to it.
std::size_t digits_end(std::string_view text, std::size_t place, std::size_t& count) {
  count = 0;
  std::size_t end = place;
  for (std::size_t i = place; i < text.size(); ++i) {
    if (is_digit(text[i])) {
      ++count;
      end = i + 1;
    } else if ((text[i] != ' ' && text[i] != '-') || end != i) {
      break;
    }
  }
  return end;
}

}  // namespace

Needles::Needles(std::vector<std::string> words, bool digits) : words_(std::move(words)) {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    // Words with the same beginning share a bucket, so that a hit names few.
    std::size_t bucket = i % in_bucket_.size();
    for (std::size_t other = 0; other < i; ++other)
      if (words_[other].compare(0, kPrint, words_[i], 0, kPrint) == 0) bucket = other % in_bucket_.size();
    in_bucket_[bucket].push_back(static_cast<int>(i));
    for (std::size_t position = 0; position < kPrint; ++position) {
      const auto byte = static_cast<unsigned char>(words_[i][position]);
      teach(position, byte, static_cast<std::uint8_t>(1U << bucket));
      if (byte >= 'a' && byte <= 'z') teach(position, byte & 0xDF, static_cast<std::uint8_t>(1U << bucket));
    }
  }
  for (std::size_t position = 0; digits && position < kPrint; ++position)
    for (unsigned char byte = '0'; byte <= '9'; ++byte) teach(position, byte, kDigits);
}

void Needles::teach(std::size_t position, unsigned char byte, std::uint8_t bucket) {
  low_[position][byte & 0x0F] |= bucket;
  high_[position][byte >> 4] |= bucket;
}

std::uint8_t Needles::buckets_at(const char* place) const {
  std::uint8_t buckets = 0xFF;
  for (std::size_t i = 0; i < kPrint; ++i) {
    const auto byte = static_cast<unsigned char>(place[i]);
    buckets &= static_cast<std::uint8_t>(low_[i][byte & 0x0F] & high_[i][byte >> 4]);
  }
  return buckets;
}

void Needles::find(std::string_view text, Found& out) const {
  out.words.clear();
  out.digits = false;
  std::size_t place = 0, digits_until = 0;
#ifdef __SSSE3__
  const auto table = [](const Nibbles& nibbles) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(nibbles.data()));
  };
  const __m128i low[kPrint] = {table(low_[0]), table(low_[1]), table(low_[2])};
  const __m128i high[kPrint] = {table(high_[0]), table(high_[1]), table(high_[2])};
  const __m128i nibble = _mm_set1_epi8(0x0F);
  for (; place + 16 + kPrint - 1 <= text.size(); place += 16) {
    __m128i hits = _mm_set1_epi8(-1);
    for (std::size_t i = 0; i < kPrint; ++i) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + place + i));
      const __m128i by_low = _mm_shuffle_epi8(low[i], _mm_and_si128(bytes, nibble));
      const __m128i by_high = _mm_shuffle_epi8(high[i], _mm_and_si128(_mm_srli_epi16(bytes, 4), nibble));
      hits = _mm_and_si128(hits, _mm_and_si128(by_low, by_high));
    }
    auto lanes = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(hits, _mm_setzero_si128()))) ^ 0xFFFFU;
    if (lanes == 0) continue;
    alignas(16) std::uint8_t buckets[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(buckets), hits);
    for (; lanes != 0; lanes &= lanes - 1) {
      const auto lane = static_cast<std::size_t>(__builtin_ctz(lanes));
      verify(text, place + lane, buckets[lane], digits_until, out);
    }
  }
#endif
  for (; place + kPrint <= text.size(); ++place)
    if (const std::uint8_t buckets = buckets_at(text.data() + place); buckets != 0)
      verify(text, place, buckets, digits_until, out);
  std::ranges::sort(out.words);
}

void Needles::verify(std::string_view text, std::size_t place, std::uint8_t buckets, std::size_t& digits_until,
                     Found& out) const {
  if ((buckets & kDigits) != 0 && place >= digits_until) {
    std::size_t count = 0;
    digits_until = digits_end(text, place, count);
    out.digits = out.digits || count >= kLeastDigits;
  }
  for (auto rest = static_cast<unsigned>(buckets & ~kDigits); rest != 0; rest &= rest - 1) {
    for (const int index : in_bucket_[static_cast<std::size_t>(__builtin_ctz(rest))]) {
      const std::string& word = words_[static_cast<std::size_t>(index)];
      if (text.size() - place < word.size()) continue;
      const bool equal = std::equal(word.begin(), word.end(), text.begin() + static_cast<std::ptrdiff_t>(place),
                                    [](char ours, char theirs) { return ours == lower(theirs); });
      if (equal && std::ranges::find(out.words, index) == out.words.end()) out.words.push_back(index);
    }
  }
}

}  // namespace longshore::shipper
