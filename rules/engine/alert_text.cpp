#include "rules/engine/alert_text.hpp"

#include <algorithm>
#include <optional>

#include "common/base/utf8.hpp"
#include "rules/alert/alias.hpp"
#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

// No sink takes more; what one takes less of, it cuts itself.
constexpr std::size_t kLongestMessage = 1024, kLongestDescription = 15'000, kLongestDetail = 1000;

std::string window_of(const RuleSpec& spec) {
  struct Within {
    base::Duration operator()(const CountWhen& w) const { return w.within; }
    base::Duration operator()(const AbsentWhen& w) const { return w.after; }
    base::Duration operator()(const DistinctWhen& w) const { return w.within; }
    base::Duration operator()(const RatioWhen& w) const { return w.within; }
    base::Duration operator()(const RateWhen& w) const { return w.within; }
    base::Duration operator()(const SequenceWhen& w) const { return w.within; }
    base::Duration operator()(const FirstSeenWhen& w) const { return w.remember; }
  };
  return base::format_duration(std::visit(Within{}, spec.when));
}

}  // namespace

void pack_group_value(std::string& group, std::string_view value) {
  value = base::cut_to_bytes(value, kLongestGroupValue);
  group += static_cast<char>(value.size() & 0xFF);
  group += static_cast<char>(value.size() >> 8);
  group += value;
}

std::vector<std::string> unpack_group(std::string_view group) {
  std::vector<std::string> values;
  while (group.size() >= 2) {
    const std::size_t size = static_cast<unsigned char>(group[0]) + 256U * static_cast<unsigned char>(group[1]);
    values.emplace_back(group.substr(2, size));
    group.remove_prefix(std::min(group.size(), 2 + size));
  }
  return values;
}

AlertChange alert_change(const Program::Rule& rule, const Transition& transition, base::Timestamp opened,
                         const std::string& host, std::string note) {
  const RuleSpec& spec = *rule.spec;
  const AlertSpec& alert = spec.alert;
  AlertChange change;
  switch (transition.step) {
    case Episode::Step::repeat:
      change.kind = AlertChange::Kind::repeat;
      break;
    case Episode::Step::close:
      change.kind = AlertChange::Kind::close;
      break;
    default:
      change.kind = AlertChange::Kind::open;
  }
  change.rule = spec.id;
  if (!transition.roll_up) change.group = unpack_group(transition.group);
  std::vector<std::string> names = change.group;
  if (transition.roll_up) names = {"(many)"};
  change.alias =
      alert_alias(spec.id, alert.scope == Scope::host ? std::optional<std::string_view>(host) : std::nullopt, names);
  change.episode = change.alias + "@" + std::to_string(opened.ns);
  change.at = transition.at;
  change.count = transition.count;
  change.priority = alert.priority;
  change.note = std::move(note);
  change.tags = alert.tags;
  change.responders = alert.responders;
  change.host = host;

  const Evidence* const newest = transition.recent.empty() ? nullptr : &transition.recent.back();
  const auto lookup = [&](std::string_view name) -> std::optional<std::string> {
    if (name == "count") return std::to_string(transition.count);
    if (name == "rule") return spec.id;
    if (name == "window") return window_of(spec);
    for (std::size_t i = 0; i < spec.group_by.size() && i < change.group.size(); ++i)
      if (field_name(spec.group_by[i]) == name) return change.group[i];
    if (newest != nullptr)
      for (const auto& [key, value] : newest->captures)
        if (key == name) return value;
    if (name == "host.name" || name == "host") return host;
    return std::nullopt;
  };
  if (transition.roll_up)
    change.message = spec.id + ": " + std::to_string(transition.count) + " more alerts than the " +
                     std::to_string(spec.max_open) + " that may be open at once";
  else
    change.message = rule.message.fill(lookup, kLongestMessage);
  change.description = rule.description.fill(lookup, kLongestDescription);
  change.runbook = rule.runbook.fill(lookup, kLongestDetail);
  for (const auto& [name, text] : rule.alert_details) change.details.emplace_back(name, text.fill(lookup, kLongestDetail));
  for (std::size_t i = 0; i < spec.group_by.size() && i < change.group.size(); ++i)
    change.details.emplace_back(field_name(spec.group_by[i]), change.group[i]);
  if (alert.samples > 0)
    for (const Evidence& evidence : transition.recent) change.samples.push_back(evidence.line);
  return change;
}

}  // namespace longshore::rules
