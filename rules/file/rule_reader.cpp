#include "rules/file/rule_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "common/base/duration.hpp"
#include "common/config/nearest.hpp"
#include "rules/file/check.hpp"
#include "rules/file/rule_schema.hpp"
#include "rules/file/schedule.hpp"
#include "rules/file/when_reader.hpp"
#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

using config::Spot;

constexpr std::size_t kMostGroupFields = 8;

template <class Text>
Text read_map(const Spot& spot, const config::Schema<Text>& schema, Text text) {
  config::Node spread_out = spot.node();
  spread(spread_out, schema);
  schema.read(spot.at(spread_out), text);
  return text;
}

std::vector<Responder> responders(const Spot& spot, const std::vector<std::string>& texts) {
  static const std::vector<std::string> kKinds = {"team", "user", "escalation", "schedule"};
  std::vector<Responder> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string kind = texts[i].substr(0, texts[i].find(':'));
    const auto known = std::find(kKinds.begin(), kKinds.end(), kind);
    if (kind.size() + 1 >= texts[i].size())
      spot.item(i).wrong(fmt::format("\"{}\" needs a kind and a name, e.g. team:infra", texts[i]));
    else if (known == kKinds.end())
      spot.item(i).wrong(config::unknown("kind of responder", kind, kKinds));
    else
      out.push_back({static_cast<Responder::Kind>(known - kKinds.begin()), texts[i].substr(kind.size() + 1)});
  }
  return out;
}

std::vector<Schedule> schedules(const Spot& spot, const std::vector<std::string>& texts, const Named& named) {
  std::vector<Schedule> out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto schedule = parse_schedule(texts[i]);
    if (!schedule) {
      spot.item(i).wrong(schedule.error());
      continue;
    }
    const std::string problem = named.time_zone ? named.time_zone(schedule->zone) : "";
    if (!problem.empty()) spot.item(i).wrong(problem);
    out.push_back(*schedule);
  }
  return out;
}

AlertSpec alert(const Spot& spot, const AlertText& text, const RuleSpec& rule, QueryReader& queries) {
  AlertSpec out = text;
  if (out.message.empty()) out.message = out.scope == Scope::host ? "{rule} on {host.name}" : "{rule}";
  queries.check_template(spot.option("message"), out.message, rule);
  queries.check_template(spot.option("description"), out.description, rule);
  queries.check_template(spot.option("runbook"), out.runbook, rule);
  for (const auto& [name, value] : out.details) queries.check_template(spot.option("details").option(name), value, rule);
  out.responders = responders(spot.option("responders"), text.responder_texts);
  return out;
}

Expectation expectation(const Spot& spot, const ExpectationText& text, const RuleSpec& rule) {
  constexpr std::array<std::string_view, 4> kKinds = {"open", "repeat", "note", "close"};
  Expectation out{.kind = text.kind, .at = {}, .values = {}};
  std::vector<std::string> known = {"at", "message", "count", "priority", "note"};
  for (const FieldRef& field : rule.group_by) known.push_back(field_name(field));
  const Spot inside = spot.option(kKinds[static_cast<std::size_t>(text.kind)]);
  for (const auto& [name, value] : text.values) {
    const auto field = parse_field(name);
    const std::string canonical =
        field && std::find(rule.group_by.begin(), rule.group_by.end(), *field) != rule.group_by.end() ? field_name(*field)
                                                                                                      : name;
    if (std::find(known.begin(), known.end(), canonical) == known.end()) {
      inside.option(name).wrong(config::unknown("name", name, known));
    } else if (name != "at") {
      out.values.emplace_back(canonical, value);
    } else if (const auto at = base::parse_duration(value)) {
      out.at = *at;
    } else {
      inside.option(name).wrong(at.error().message);
    }
  }
  return out;
}

TestSpec test(const Spot& spot, const TestText& text, const RuleSpec& rule, const RuleSurroundings& around) {
  TestSpec out{.name = text.name,
               .place = spot.node().place,
               .lines = text.lines,
               .file = text.file.empty() ? "" : around.folder + text.file,
               .format = text.format,
               .source = text.source,
               .expect = {}};
  base::Duration last{};
  for (std::size_t i = 0; i < out.lines.size(); ++i) {
    const Spot line = spot.option("lines").item(i);
    const bool timed = line.node().find("at") != nullptr;
    if (timed && out.lines[i].at < last) line.option("at").wrong("is earlier than the line before it");
    if (!timed) out.lines[i].at = last;  // as the line before it
    last = out.lines[i].at + (out.lines[i].times - 1) * out.lines[i].every;
  }
  const std::string problem = out.file.empty() || !around.named.test_file ? "" : around.named.test_file(out.file);
  if (!problem.empty()) spot.option("file").wrong(problem);
  for (std::size_t i = 0; i < text.expect.size(); ++i)
    out.expect.push_back(expectation(spot.option("expect").item(i), text.expect[i], rule));
  return out;
}

std::optional<base::Timestamp> time(const Spot& spot, const std::string& text) {
  const auto parsed = base::parse_rfc3339(text);
  if (!parsed) spot.wrong(fmt::format("\"{}\" is not a time with its zone, e.g. 2026-12-01T06:00:00Z", text));
  return parsed;
}

bool is_id_pattern(std::string_view text) {
  if (text.ends_with('*')) text.remove_suffix(1);
  return text.empty() || is_rule_id(text);
}

}  // namespace

bool is_rule_id(std::string_view id) {
  return !id.empty() && id.size() <= 100 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

RuleSpec read_rule(const Spot& where, const RuleSurroundings& around) {
  const std::size_t before = where.problems();
  config::Node node = where.node();
  spread(node, rule_schema());
  const Spot spot = where.at(node);
  RuleText text;
  static_cast<DefaultsText&>(text) = around.defaults;
  rule_schema().read(spot, text);
  if (where.problems() > before) return {};

  RuleSpec out;
  out.id = text.id;
  out.file = around.file;
  out.place = node.place;
  if (!is_rule_id(out.id))
    spot.option("rule").wrong(fmt::format("\"{}\" must be 1 to 100 of a-z, 0-9, \".\", \"_\" and \"-\"", out.id));
  QueryReader queries(around.file_text, around.lists, around.findings);
  out.extract = queries.extracts(spot.option("extract"), text.extract);
  out.match = queries.query(spot.option("match"), text.match);
  for (std::size_t i = 0; i < text.group_by.size(); ++i)
    out.group_by.push_back(queries.field(spot.option("group_by").item(i), text.group_by[i]));
  if (out.group_by.size() > kMostGroupFields) spot.option("group_by").wrong("has more than 8 fields");
  out.when = read_when(spot.option("when"), text.when, out.group_by.size(), queries);
  out.open_for = text.open.hold;
  out.keep = text.open.keep;
  if (node.find("clear") != nullptr) out.clear = queries.query(spot.option("clear"), text.clear);
  out.alert = alert(spot.option("alert"), text.alert, out, queries);
  if (out.alert.scope == Scope::fleet && !out.clear)
    spot.into(around.findings.warnings)
        .option("alert")
        .option("scope")
        .wrong("of a fleet's alert nothing but \"clear\" says that it is over on all hosts, and this rule has none");
  out.mute = schedules(spot.option("mute").option("schedule"), text.mute.schedule, around.named);
  out.mute_deploy = text.mute.deploy;
  out.max_open = text.limits.max_open;
  out.max_groups = text.limits.max_groups;
  out.notify_every = text.limits.notify_every;
  for (std::size_t i = 0; i < text.tests.size(); ++i)
    out.tests.push_back(test(spot.option("tests").item(i), text.tests[i], out, around));
  if (where.problems() == before) check_rule(out, spot, around.findings);
  return out;
}

MuteSpec read_mute(const Spot& spot, const RuleSurroundings& around) {
  const std::size_t before = spot.problems();
  const MuteText text = read_map(spot, mute_schema(), MuteText{});
  if (spot.problems() > before) return {};
  MuteSpec out;
  out.file = around.file;
  out.place = spot.node().place;
  out.reason = text.reason;
  out.rules = text.rules;
  config::Node node = spot.node();
  spread(node, mute_schema());
  const Spot rules = spot.at(node).option("rules");
  for (std::size_t i = 0; i < out.rules.size(); ++i)
    if (!is_id_pattern(out.rules[i])) rules.item(i).wrong(fmt::format("\"{}\" is not the id of a rule", out.rules[i]));
  QueryReader queries(around.file_text, around.lists, around.findings);
  if (!text.match.empty()) out.match = queries.query(spot.option("match"), text.match);
  if (out.rules.empty() && !out.match) spot.wrong("needs \"rules\" or \"match\": without them it would mute everything");
  if (!text.from.empty()) out.from = time(spot.option("from"), text.from).value_or(out.from);
  const auto until = time(spot.option("until"), text.until);
  out.until = until.value_or(out.until);
  if (until && out.until <= out.from) spot.option("until").wrong("is not after \"from\"");
  return out;
}

DefaultsText read_defaults(const Spot& spot, const RuleSurroundings& around) {
  return read_map(spot, defaults_schema(), around.defaults);
}

}  // namespace longshore::rules
