#include "rotator/search/literal_finder.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace longshore::rotator {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

int byte_rarity(char byte) {
  // From what is everywhere to what is seldom; what is not here is rarer still.
  constexpr std::string_view kOften =
      " 0e1t2oasni-r.:/3d4l56c\"79,8mpu=gfThbv[]_wyIk)(G;EP{}SAMCNOxLRDj'TFzqBHUW+VQK<>?&%XYJZ@#*";
  const std::size_t place = kOften.find(byte);
  return static_cast<int>(place == kOften.npos ? kOften.size() : place);
}

LiteralFinder::LiteralFinder(const std::vector<std::string>& literals, bool fold) : fold_(fold) {
  for (const std::string& text : literals) {
    Literal literal{text, std::string(text.size(), '\0')};
    if (fold)
      for (std::size_t i = 0; i < text.size(); ++i)
        if (is_letter(text[i])) {
          literal.text[i] = static_cast<char>(text[i] | 0x20);
          literal.mask[i] = 0x20;
        }
    const auto rarer = [&](std::size_t a, std::size_t b) {
      return byte_rarity(literal.text[a]) > byte_rarity(literal.text[b]);
    };
    for (std::size_t i = 1; i < text.size(); ++i)
      if (rarer(i, literal.first)) literal.first = i;
    literal.second = literal.first == 0 && text.size() > 1 ? 1 : 0;
    for (std::size_t i = 0; i < text.size(); ++i)
      if (i != literal.first && rarer(i, literal.second)) literal.second = i;
    longest_ = std::max(longest_, text.size());
    literals_.push_back(std::move(literal));
  }
#if defined(__x86_64__)
  wide_ = __builtin_cpu_supports("avx2") != 0;
#endif
}

bool LiteralFinder::Literal::stands(std::string_view in, std::size_t at) const {
  if (at + text.size() > in.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (static_cast<char>(in[at + i] | mask[i]) != text[i]) return false;
  return true;
}

// One literal, byte by byte.
std::size_t LiteralFinder::Literal::rest(std::string_view in, std::size_t from) const {
  const char low = text[0], high = static_cast<char>(text[0] & ~mask[0]);
  for (; from + text.size() <= in.size(); ++from)
    if ((in[from] == low || in[from] == high) && stands(in, from)) return from;
  return in.npos;
}

std::size_t LiteralFinder::find(std::string_view text, std::size_t from, std::size_t* vain) const {
  std::size_t uncounted = 0;
  return wide_ ? find_wide(text, from, vain == nullptr ? uncounted : *vain) : find_narrow(text, from);
}

std::size_t LiteralFinder::find_narrow(std::string_view text, std::size_t from) const {
  std::size_t best = text.npos;
  for (const Literal& literal : literals_) {
    const std::string_view until =
        text.substr(0, best == text.npos ? text.size() : std::min(text.size(), best + literal.text.size()));
    const std::size_t found = fold_ ? literal.rest(until, from) : until.find(literal.text, from);
    best = std::min(best, found);
  }
  return best;
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) std::size_t LiteralFinder::find_wide(std::string_view text, std::size_t from,
                                                                     std::size_t& vain) const {
  struct Pair {
    __m256i first, second, first_mask, second_mask;
    std::size_t first_at, second_at;
  };
  Pair pairs[kMost];
  const std::size_t count = literals_.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Literal& literal = literals_[i];
    pairs[i] = {_mm256_set1_epi8(literal.text[literal.first]),
                _mm256_set1_epi8(literal.text[literal.second]),
                _mm256_set1_epi8(literal.mask[literal.first]),
                _mm256_set1_epi8(literal.mask[literal.second]),
                literal.first,
                literal.second};
  }
  const auto at_32_places = [&](const Pair& pair, const char* at) __attribute__((target("avx2"), always_inline)) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + pair.first_at));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + pair.second_at));
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_or_si256(a, pair.first_mask), pair.first),
                            _mm256_cmpeq_epi8(_mm256_or_si256(b, pair.second_mask), pair.second));
  };
  for (; from + longest_ + 31 <= text.size(); from += 32) {
    const char* at = text.data() + from;
    __m256i any = at_32_places(pairs[0], at);
    for (std::size_t i = 1; i < count; ++i) any = _mm256_or_si256(any, at_32_places(pairs[i], at));
    for (auto places = static_cast<std::uint32_t>(_mm256_movemask_epi8(any)); places != 0; places &= places - 1) {
      const std::size_t place = from + static_cast<std::size_t>(__builtin_ctz(places));
      for (const Literal& literal : literals_)
        if (literal.stands(text, place)) return place;
      ++vain;
    }
  }
  return find_narrow(text, from);
}

#else

std::size_t LiteralFinder::find_wide(std::string_view text, std::size_t from, std::size_t&) const {
  return find_narrow(text, from);
}

#endif

}  // namespace longshore::rotator
