#include "rules/file/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <variant>

#include "common/base/utf8.hpp"
#include "rules/alert/template.hpp"
#include "rules/file/schedule.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using config::Spot;
using Tree = rules::Node;
using Kind = Tree::Kind;

// OpsGenie's limits, which are the tightest.
constexpr std::size_t kMostMessage = 130, kMostTags = 20, kMostTag = 50;  // characters; tags: how many
constexpr std::size_t kEnough = 4096;

base::Duration window(const When& when) {
  return std::visit(
      [](const auto& form) {
        if constexpr (requires { form.within; })
          return form.within;
        else
          return base::Duration{};
      },
      when);
}

std::optional<std::string> sample_value(std::string_view name, const RuleSpec& rule) {
  if (name == "count") return "1000";
  if (name == "rule") return rule.id;
  if (name == "window") return base::format_duration(window(rule.when));
  if (name == "host.name" || name == "host") return "web-01.example.net";
  return "192.0.2.123";
}

void check_alert(const RuleSpec& rule, const Spot& warn, const Spot& hint) {
  const AlertSpec& alert = rule.alert;
  const std::string message = Template::parse(alert.message)
                                  .value_or(Template{})
                                  .fill([&](std::string_view name) { return sample_value(name, rule); }, kEnough);
  if (const std::size_t size = base::count_characters(message); size > kMostMessage)
    warn.option("message").wrong(
        fmt::format("becomes about {} characters, of which a pager shows {}: \"{}\"", size, kMostMessage, message));
  if (alert.tags.size() > kMostTags)
    warn.option("tags").wrong(fmt::format("has {} tags; {} are kept", alert.tags.size(), kMostTags));
  for (std::size_t i = 0; i < alert.tags.size(); ++i)
    if (base::count_characters(alert.tags[i]) > kMostTag)
      warn.option("tags").item(i).wrong(fmt::format("is longer than {} characters and will be cut", kMostTag));
  if (alert.runbook.empty()) hint.wrong("has no \"runbook\": whoever is woken up has to find out what to do");
  if (alert.responders.empty()) hint.wrong("has no \"responders\": the sink's own routing decides who is told");
}

// Fields whose values are as many as there are events or requests.
bool is_endless(const FieldRef& field) {
  using F = FieldRef::Kind;
  constexpr std::array<std::string_view, 4> kFew = {"docker.", "file.", "k8s.", "host."};
  return field.kind == F::json || field.kind == F::raw || field.kind == F::message || field.kind == F::time ||
         (field.kind == F::attribute &&
          std::none_of(kFew.begin(), kFew.end(), [&](std::string_view known) { return field.path.starts_with(known); }));
}

void check_groups(const RuleSpec& rule, const Spot& warn) {
  const bool limited = rule.max_groups != RuleSpec{}.max_groups;
  for (std::size_t i = 0; i < rule.group_by.size() && !limited; ++i)
    if (is_endless(rule.group_by[i]))
      warn.option("group_by")
          .item(i)
          .wrong(
              fmt::format("\"{}\" may have any number of values: say with limits: {{max_groups: …}} how many are remembered",
                          field_name(rule.group_by[i])));
}

class QueryCheck {
 public:
  explicit QueryCheck(const Spot& warn) : warn_(warn) {}

  void look(const Tree& node) const {
    if (node.kind == Kind::all || node.kind == Kind::any) look_at_children(node);
    if (node.kind == Kind::leaf) look_at_range(node.leaf);
    for (const Tree& child : node.children) look(child);
  }

 private:
  void look_at_children(const Tree& node) const {
    const bool all = node.kind == Kind::all;
    std::set<std::string> seen;
    for (const Tree& child : node.children)
      if (const std::string text = print_query(child); !seen.insert(text).second)
        warn_.wrong(fmt::format("{} stands twice: once is enough", text));
    for (const Tree& child : node.children)
      if (child.kind == Kind::none && seen.contains(print_query(child.children[0])))
        warn_.wrong(fmt::format("{} {} NOT the same is {}", print_query(child.children[0]), all ? "AND" : "OR",
                                all ? "never true: the rule is dead" : "always true"));
    for (const Tree& child : node.children)
      if (child.kind == Kind::everything)
        warn_.wrong(fmt::format("* {}", all ? "adds nothing to an AND" : "makes the OR always true"));
  }
  void look_at_range(const Predicate& leaf) const {
    if (leaf.op == Predicate::Op::range && leaf.has_low && leaf.has_high && leaf.low.numeric && leaf.high.numeric &&
        leaf.low.number > leaf.high.number)
      warn_.wrong(fmt::format("[{} TO {}] is empty: the smaller number comes first", leaf.low.text, leaf.high.text));
  }

  Spot warn_;
};

void check_times(const RuleSpec& rule, const Spot& warn) {
  const base::Duration within = window(rule.when);
  if (rule.keep < within)
    warn.option("open").option("keep").wrong(
        fmt::format("{} is shorter than \"within\", {}: the alert closes and opens again while the trouble goes on",
                    base::format_duration(rule.keep), base::format_duration(within)));
  if (covers_the_week(rule.mute))
    warn.option("mute").option("schedule").wrong("covers the whole week: the alert is never told");
}

}  // namespace

void check_rule(const RuleSpec& rule, const Spot& spot, Findings& findings) {
  const Spot warn = spot.into(findings.warnings), hint = spot.into(findings.hints);
  QueryCheck(warn.option("match")).look(rule.match.tree);
  if (rule.clear) {
    QueryCheck(warn.option("clear")).look(rule.clear->tree);
    if (print_query(rule.clear->tree) == print_query(rule.match.tree))
      warn.option("clear").wrong("is the same as \"match\": what opens the alert closes it");
  }
  check_groups(rule, warn);
  check_times(rule, warn);
  check_alert(rule, warn.option("alert"), hint.option("alert"));
}

}  // namespace longshore::rules
