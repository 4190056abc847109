#include "rules/match/literal_scanner.hpp"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <unordered_map>
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
  // How many literals share four bytes tells how common these are in the lines that such rules are about.
  std::unordered_map<std::uint32_t, std::uint32_t> shared;
  const auto gram_at = [](std::string_view literal, std::size_t at, std::size_t width) {
    std::uint32_t gram = 0;
    __builtin_memcpy(&gram, literal.data() + at, width);
    return gram;
  };
  for (const SearchedText& literal : literals_)
    for (std::size_t at = 0; at + 4 <= literal.text.size(); ++at) ++shared[gram_at(literal.text, at, 4)];
  const auto rarity_at = [&](std::string_view literal, std::size_t at) {
    return rarity(literal.substr(at, 4)) - std::bit_width(shared[gram_at(literal, at, 4)]);
  };
  std::array<std::array<std::vector<Entry>, 5>, 2> all;  // by ASCII or not, and by width
  for (Id id = 0; id < literals_.size(); ++id) {
    const std::string& literal = literals_[id].text;
    const std::size_t width = std::min<std::size_t>(literal.size(), 4);
    std::size_t best = 0;
    for (std::size_t at = 1; at + 4 <= literal.size(); ++at)
      if (rarity_at(literal, at) > rarity_at(literal, best)) best = at;
    const bool ascii = std::all_of(literal.begin(), literal.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    all[ascii][width].push_back({.gram = gram_at(literal, best, width),
                                 .offset = static_cast<std::uint32_t>(best),
                                 .head = gram_at(literal, 0, width),
                                 .tail = gram_at(literal, literal.size() - width, width),
                                 .size = static_cast<std::uint32_t>(literal.size()),
                                 .id = id});
  }
  tables_.clear();
  for (const bool ascii : {true, false})
    for (std::size_t width = 1; width <= 4; ++width)
      if (!all[ascii][width].empty()) tables_.push_back(make_table(width, ascii, std::move(all[ascii][width])));
}

LiteralScanner::Table LiteralScanner::make_table(std::size_t width, bool ascii, std::vector<Entry> entries) {
  Table table;
  table.width = width;
  table.ascii = ascii;
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
