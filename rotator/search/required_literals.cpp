#include "rotator/search/required_literals.hpp"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <functional>

#include "rotator/search/literal_finder.hpp"

namespace longshore::rotator {
namespace {

constexpr std::size_t kShortest = 1;     // bytes of a literal
constexpr std::size_t kMostAtoms = 256;  // that are thought about
constexpr std::size_t kMostSets = 4;

// RE2 knows a k and an s beyond ASCII (U+212A, U+017F), which its atoms hide. Where the pattern may ask for them, only what
// is between such letters can be looked for.
bool may_fold_beyond_ascii(const std::string& pattern, const RE2::Options& options) {
  if (!options.case_sensitive()) return true;
  for (std::size_t at = pattern.find("(?"); at != pattern.npos; at = pattern.find("(?", at + 1))
    if (at + 2 >= pattern.size() || (pattern[at + 2] != ':' && pattern[at + 2] != 'P')) return true;
  return pattern.find("\\x") != pattern.npos || pattern.find("\\p") != pattern.npos ||
         std::ranges::any_of(pattern, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

int worth(const std::string& literal) {
  int rarest = 0;
  for (const char c : literal) rarest = std::max(rarest, byte_rarity(c));
  return static_cast<int>(std::min<std::size_t>(literal.size(), 8)) * 20 + rarest;
}

// The parts of an atom that can be looked for byte by byte.
std::vector<std::string> usable_parts(const std::string& atom, bool no_k_or_s) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : atom + '\xFF') {
    const bool stops = static_cast<unsigned char>(c) >= 0x80 || (no_k_or_s && (c == 'k' || c == 's'));
    if (!stops) part += c;
    if (stops && part.size() >= kShortest) parts.push_back(part);
    if (stops) part.clear();
  }
  std::ranges::stable_sort(parts, std::greater(), worth);
  return parts;
}

}  // namespace

std::vector<std::vector<std::string>> required_literals(const std::string& pattern, const RE2::Options& options) {
  re2::FilteredRE2 filter(kShortest);
  int id = 0;
  if (filter.Add(pattern, options, &id) != RE2::NoError) return {};
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  if (atoms.empty() || atoms.size() > kMostAtoms) return {};

  // Can a text match that contains all atoms but these?
  const auto possible_without = [&](const std::vector<std::size_t>& missing) {
    std::vector<int> present, potential;
    for (std::size_t i = 0; i < atoms.size(); ++i)
      if (std::ranges::find(missing, i) == missing.end()) present.push_back(static_cast<int>(i));
    filter.AllPotentials(present, &potential);
    return !potential.empty();
  };
  const bool no_k_or_s = may_fold_beyond_ascii(pattern, options);
  std::vector<std::vector<std::string>> parts;  // of each atom
  for (const std::string& atom : atoms) parts.push_back(usable_parts(atom, no_k_or_s));

  std::vector<std::vector<std::string>> sets;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (!parts[i].empty() && !possible_without({i}))
      for (const std::string& part : parts[i]) sets.push_back({part});
  std::ranges::stable_sort(sets, std::greater(), [](const auto& set) { return worth(set[0]); });
  if (!sets.empty()) {
    sets.resize(std::min(sets.size(), kMostSets));
    return sets;
  }
  // None alone is needed: one of several is. Those that the others make up for are left out, the least useful first.
  std::vector<std::size_t> needed;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    if (!parts[i].empty()) needed.push_back(i);
  if (needed.empty() || possible_without(needed)) return {};
  std::ranges::sort(needed, std::greater(), [&](std::size_t i) { return worth(parts[i][0]); });
  for (std::size_t at = needed.size(); at-- > 0;) {
    std::vector<std::size_t> fewer = needed;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at));
    if (!possible_without(fewer)) needed = std::move(fewer);
  }
  if (needed.size() > LiteralFinder::kMost) return {};
  sets.emplace_back();
  for (const std::size_t i : needed) sets[0].push_back(parts[i][0]);
  return sets;
}

}  // namespace longshore::rotator
