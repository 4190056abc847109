#include "rules/match/literal_scanner.hpp"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace longshore::rules {
namespace {

constexpr std::string_view kKelvin = "\xE2\x84\xAA", kLongS = "\xC5\xBF";

// Of bytes in log lines, in lower case: about the logarithm of one part in so many.
int rarity_of(char c) {
  constexpr std::string_view kByFrequency = "e0 1tia2osrnd3c-:l.5468/7mp9uf=,_gbhyv[]()\"wk";
  const std::size_t place = kByFrequency.find(c);
  if (place == std::string_view::npos) return 12;
  return place < 12 ? 4 : place < 30 ? 5 : 7;
}

// Of the first `width` bytes of a word, 1 to 4.
std::uint32_t mask_of(std::size_t width) { return width == 4 ? 0xFFFFFFFF : (1U << (8 * width)) - 1; }

}  // namespace

int rarity(std::string_view lowered) {
  int sum = 0;
  for (const char c : lowered) sum += rarity_of(c);
  return sum;
}

LiteralScanner::Id LiteralScanner::add(const SearchedText& literal) {
  const auto [place, fresh] = ids_.emplace(literal, static_cast<Id>(literals_.size()));
  if (fresh) literals_.push_back(literal);
  return place->second;
}

void LiteralScanner::build() {
  std::array<std::vector<Entry>, 5> by_width;
  for (Id id = 0; id < literals_.size(); ++id) {
    const std::string& literal = literals_[id].text;
    const std::size_t width = std::min<std::size_t>(literal.size(), 4);
    std::size_t best = 0;
    for (std::size_t at = 1; at + width <= literal.size(); ++at)
      if (rarity(std::string_view(literal).substr(at, width)) > rarity(std::string_view(literal).substr(best, width)))
        best = at;
    std::uint32_t gram = 0, head = 0;
    __builtin_memcpy(&gram, literal.data() + best, width);
    __builtin_memcpy(&head, literal.data(), width);
    by_width[width].push_back({gram, static_cast<std::uint32_t>(best), head, mask_of(width), id});
  }
  tables_.clear();
  for (std::size_t width = 1; width <= 4; ++width)
    if (!by_width[width].empty()) tables_.push_back(make_table(width, std::move(by_width[width])));
}

LiteralScanner::Table LiteralScanner::make_table(std::size_t width, std::vector<Entry> entries) {
  Table table;
  table.width = width;
  table.mask = mask_of(width);
  // 64 bits a literal: one place in 64 is looked at in vain.
  const unsigned bits = std::clamp(static_cast<unsigned>(std::bit_width(entries.size())) + 6, 12U, 24U);
  table.shift = 32 - bits;
  table.bits.resize((std::size_t{1} << bits) / 64);
  const unsigned buckets = std::clamp(static_cast<unsigned>(std::bit_width(entries.size())) + 1, 4U, 20U);
  table.start_shift = 32 - buckets;
  const auto bucket = [&](const Entry& entry) { return (entry.gram * kFactor) >> table.start_shift; };
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) { return bucket(a) < bucket(b); });
  table.starts.assign((std::size_t{1} << buckets) + 1, 0);
  for (const Entry& entry : entries) {
    const std::uint32_t bit = (entry.gram * kFactor) >> table.shift;
    table.bits[bit >> 6] |= std::uint64_t{1} << (bit & 63);
    ++table.starts[bucket(entry) + 1];
  }
  for (std::size_t i = 1; i < table.starts.size(); ++i) table.starts[i] += table.starts[i - 1];
  table.entries = std::move(entries);
  return table;
}

Lowered lowered_for_scan(std::string_view text, std::string& out) {
  if (out.size() < text.size() + LiteralScanner::kSlack) out.resize(2 * text.size() + LiteralScanner::kSlack);
  const char* from = text.data();
  char* to = out.data();
  __m128i all = _mm_setzero_si128();
  const __m128i before_a = _mm_set1_epi8('A' - 1), behind_z = _mm_set1_epi8('Z' + 1), bit = _mm_set1_epi8(0x20);
  const auto sixteen = [&](const char* source, char* target) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source));
    all = _mm_or_si128(all, bytes);
    // As signed bytes: those from 0x80 on are below 'A'.
    const __m128i upper = _mm_and_si128(_mm_cmpgt_epi8(bytes, before_a), _mm_cmplt_epi8(bytes, behind_z));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(target), _mm_or_si128(bytes, _mm_and_si128(upper, bit)));
  };
  std::size_t left = text.size();
  for (; left >= 16; left -= 16, from += 16, to += 16) sixteen(from, to);
  char rest[16] = {};
  std::copy_n(from, left, rest);
  sixteen(rest, to);  // also the zeros behind the text
  return {{out.data(), text.size()}, _mm_movemask_epi8(all) == 0};
}

bool fold_beyond_ascii(std::string_view text, std::string& out) {
  if (text.find(kKelvin) == std::string_view::npos && text.find(kLongS) == std::string_view::npos) return false;
  out = text;
  for (const auto& [letter, as] : {std::pair{kKelvin, "k"}, std::pair{kLongS, "s"}})
    for (std::size_t at = out.find(letter); at != std::string::npos; at = out.find(letter, at))
      out.replace(at, letter.size(), as);
  return true;
}

}  // namespace longshore::rules
