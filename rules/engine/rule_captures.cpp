#include "rules/engine/rule_captures.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace longshore::rules {
namespace {

constexpr int kMostGroups = 32;

}  // namespace

void RuleCaptures::reset(const Program::Rule& rule, EventFields& fields) {
  rule_ = &rule;
  fields_ = &fields;
  found_ = false;
  captures_.clear();
}

std::span<const std::string_view> RuleCaptures::capture(std::string_view name) {
  if (!found_) find();
  const auto known = std::find_if(captures_.begin(), captures_.end(), [&](const auto& c) { return c.first == name; });
  if (known == captures_.end()) return {};
  return {&known->second, 1};
}

// Of a name that is captured more than once, the first counts.
void RuleCaptures::find() {
  found_ = true;
  for (const Program::Extract& extract : rule_->extracts) {
    const int groups = std::min(extract.regex->NumberOfCapturingGroups() + 1, kMostGroups);
    std::array<re2::StringPiece, kMostGroups> found;
    for (const std::string_view value : fields_->values(extract.field)) {
      if (!extract.regex->Match({value.data(), value.size()}, 0, value.size(), RE2::UNANCHORED, found.data(), groups))
        continue;
      for (const auto& [name, number] : extract.groups) {
        if (number >= groups) continue;
        const re2::StringPiece& piece = found[static_cast<std::size_t>(number)];
        if (piece.data() != nullptr) captures_.emplace_back(name, std::string_view(piece.data(), piece.size()));
      }
      break;
    }
  }
}

}  // namespace longshore::rules
