#include "rules/import/sigma_correlation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "common/base/duration.hpp"
#include "rules/import/documents.hpp"
#include "rules/import/query_build.hpp"
#include "rules/import/sigma_value.hpp"
#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

constexpr std::size_t kMostInAnyOrder = 3;  // 6 rules

// Counts and distinct values can only be too many.
std::expected<std::string, std::string> too_many(std::string comparison, const std::string& number) {
  if (comparison == "gt") comparison = ">";
  if (comparison == "gte") comparison = ">=";
  if (comparison != ">" && comparison != ">=")
    return std::unexpected(
        fmt::format("\"{} {}\" has no counterpart: what is not there any more is `absent`", comparison, number));
  return quoted(comparison + " " + number);
}

std::string read_within(const std::string& text, Draft& draft) {
  // Sigma has months, M, which no duration is exactly.
  const auto within = base::parse_duration(text);
  if (!within) return fmt::format("the time \"{}\" cannot be carried over", text);
  draft.within = *within;
  return {};
}

std::string group_by(const std::vector<std::string>& names, Draft& draft) {
  for (const std::string& name : names) {
    const auto field = sigma_field_ref(name);
    if (!field) return field.error();
    draft.group_by.push_back(field_name(*field));
  }
  return {};
}

std::string distinct(const std::string& name, const std::string& comparison, const std::string& number, Draft& draft) {
  const auto field = sigma_field_ref(name);
  if (!field) return field.error();
  const auto count = too_many(comparison, number);
  if (!count) return count.error();
  draft.when.emplace_back("distinct", fmt::format("{{field: {}, count: {}}}", field_name(*field), *count));
  return {};
}
std::string count(const std::string& comparison, const std::string& number, Draft& draft) {
  const auto count = too_many(comparison, number);
  if (!count) return count.error();
  draft.when.emplace_back("count", *count);
  return {};
}

std::string sequence(const std::vector<const SigmaRule*>& steps) {
  std::string out = "[";
  for (const SigmaRule* step : steps) out += (out.size() > 1 ? ", " : "") + quoted(step->draft.match);
  return out + "]";
}

}  // namespace

std::string count_within(const SigmaAggregate& aggregate, const std::string& timeframe, Draft& draft) {
  if (timeframe.empty()) return "counts without a timeframe";
  std::string why = read_within(timeframe, draft);
  if (why.empty()) why = group_by(aggregate.group, draft);
  if (!why.empty()) return why;
  return aggregate.field.empty() ? count(aggregate.comparison, aggregate.number, draft)
                                 : distinct(aggregate.field, aggregate.comparison, aggregate.number, draft);
}

std::expected<std::vector<Draft>, std::string> sigma_correlation(const config::Node& root, const Draft& draft,
                                                                 const std::map<std::string, SigmaRule>& rules_by_name) {
  const config::Node& correlation = *root.find("correlation");
  constexpr std::array<std::string_view, 6> kKnown = {"type", "rules", "group-by", "timespan", "condition", "generate"};
  for (const auto& [key, value] : correlation.map)
    if (std::find(kKnown.begin(), kKnown.end(), key.scalar) == kKnown.end())
      return std::unexpected(fmt::format("\"{}\" of a correlation has no counterpart", key.scalar));
  std::vector<const SigmaRule*> parts;
  std::vector<rules::Node> trees;
  for (const std::string& name : texts_of(correlation.find("rules"))) {
    const auto found = rules_by_name.find(name);
    if (found == rules_by_name.end())
      return std::unexpected(fmt::format("the rule \"{}\" that it names is not there", name));
    if (!found->second.draft.when.empty()) return std::unexpected(fmt::format("the rule \"{}\" counts itself", name));
    parts.push_back(&found->second);
    trees.push_back(found->second.tree);
  }
  if (parts.empty()) return std::unexpected("names no rules");

  Draft out = draft;
  std::string why;
  if (!write_query(any_of(trees), out.match, why)) return std::unexpected(why);
  why = read_within(text_of(correlation, "timespan"), out);
  if (why.empty()) why = group_by(texts_of(correlation.find("group-by")), out);
  const std::string type = text_of(correlation, "type");
  const config::Node* const condition = correlation.find("condition");
  if (why.empty() && (type == "event_count" || type == "value_count")) {
    if (condition == nullptr || condition->kind != config::Node::Kind::map) return std::unexpected("has no condition");
    const std::string field = text_of(*condition, "field");
    std::size_t comparisons = 0;
    for (const auto& [key, value] : condition->map) {
      if (key.scalar == "field" || !why.empty()) continue;
      if (++comparisons > 1) why = "compares twice";
      if (why.empty())
        why = type == "event_count" ? count(key.scalar, value.scalar, out) : distinct(field, key.scalar, value.scalar, out);
    }
    if (comparisons == 0) why = "has no condition";
    if (!why.empty()) return std::unexpected(why);
    return std::vector<Draft>{out};
  }
  if (why.empty() && type != "temporal" && type != "temporal_ordered")
    why = fmt::format("correlations of the type \"{}\" have no counterpart", type);
  if (why.empty() && condition != nullptr) why = fmt::format("\"condition\" of a {} correlation has no counterpart", type);
  if (why.empty() && parts.size() < 2) why = "one rule makes no sequence";
  if (why.empty() && type == "temporal" && parts.size() > kMostInAnyOrder)
    why = fmt::format("{} rules in any order are too many: a sequence has an order", parts.size());
  if (!why.empty()) return std::unexpected(why);

  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<Draft> drafts;
  do {
    std::vector<const SigmaRule*> steps;
    for (const std::size_t i : order) steps.push_back(parts[i]);
    drafts.push_back(out);
    drafts.back().when = {{"sequence", sequence(steps)}};
    if (type == "temporal") drafts.back().id += fmt::format("-{}", drafts.size());
  } while (type == "temporal" && std::next_permutation(order.begin(), order.end()));
  return drafts;
}

}  // namespace longshore::rules
