#include "shipper/transform/pattern_set.hpp"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

namespace longshore::shipper {
namespace {

constexpr int kMostGroups = 8;

}  // namespace

struct PatternSet::Compiled {
  bool digits = false;
  re2::FilteredRE2 patterns{3};  // words of three bytes are the shortest that Needles takes
  std::optional<Needles> needles;
  std::vector<int> always;  // patterns that need no word
};

PatternSet::PatternSet(bool digits) : compiled_(std::make_unique<Compiled>()) { compiled_->digits = digits; }
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;
PatternSet::~PatternSet() = default;

base::Result<void> PatternSet::add(const std::string& regex, Text text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(2 << 20);
  if (text == Text::bytes) options.set_encoding(re2::RE2::Options::EncodingLatin1);
  // Needles know lower case for ASCII only. A pattern that may ask for other letters is tried always: the second branch,
  // which matches nothing, needs no word.
  const bool ascii = std::ranges::all_of(regex, [](char c) { return c >= 0; }) && regex.find("\\x") == std::string::npos;
  int id = 0;
  if (compiled_->patterns.Add(ascii ? regex : "(?:" + regex + ")|\\z\\A.", options, &id) != re2::RE2::NoError)
    // FilteredRE2 does not keep the text of the error.
    return base::fail(base::Code::invalid,
                      "the pattern '" + regex + "' is not valid RE2: " + re2::RE2(regex, options).error());
  return {};
}

void PatternSet::compile() {
  std::vector<std::string> words;
  if (compiled_->patterns.NumRegexps() > 0) {
    compiled_->patterns.Compile(&words);
    compiled_->patterns.AllPotentials({}, &compiled_->always);
  }
  compiled_->needles.emplace(std::move(words), compiled_->digits);
}

bool PatternSet::may_match(std::string_view text) {
  compiled_->needles->find(text, found_);
  if (found_.words.empty())
    potential_ = compiled_->always;
  else
    compiled_->patterns.AllPotentials(found_.words, &potential_);
  return found_.digits || !potential_.empty();
}

void PatternSet::match(std::string_view text, std::vector<Match>& out) const {
  const re2::StringPiece piece(text.data(), text.size());
  std::array<re2::StringPiece, kMostGroups + 1> groups;
  for (const int id : potential_) {
    const re2::RE2& pattern = compiled_->patterns.GetRE2(id);
    const int wanted = std::min(pattern.NumberOfCapturingGroups(), kMostGroups) + 1;
    for (std::size_t from = 0; from <= text.size();) {
      if (!pattern.Match(piece, from, text.size(), re2::RE2::UNANCHORED, groups.data(), wanted)) break;
      re2::StringPiece found = groups[0];
      for (int i = 1; i < wanted; ++i) {
        if (groups[static_cast<std::size_t>(i)].data() == nullptr) continue;
        found = groups[static_cast<std::size_t>(i)];
        break;
      }
      const auto begin = static_cast<std::size_t>(found.data() - text.data());
      if (!found.empty()) out.push_back({begin, begin + found.size(), id});
      const auto end = static_cast<std::size_t>(groups[0].data() - text.data()) + groups[0].size();
      from = groups[0].empty() ? end + 1 : end;
    }
  }
}

}  // namespace longshore::shipper
