#include "rules/file/rule_schema.hpp"

#include <algorithm>

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using config::choice;
using config::field;
using config::list;
using config::nested;
using config::Schema;

constexpr base::Duration kDay = 24h;

const Schema<OpenText>& open_schema() {
  static const Schema<OpenText> schema{
      field("for", &OpenText::hold, "The condition must hold so long before the alert opens").between(0s, kDay),
      field("keep", &OpenText::keep, "The alert closes by itself after so long without a match").between(1s, 30 * kDay),
  };
  return schema;
}

const Schema<AlertText>& alert_schema() {
  static const Schema<AlertText> schema{
      choice("priority", &AlertText::priority,
             {{"P1", Priority::p1}, {"P2", Priority::p2}, {"P3", Priority::p3}, {"P4", Priority::p4}, {"P5", Priority::p5}},
             "How urgent it is; P1 passes every limit"),
      choice(
          "scope", &AlertText::scope, {{"host", Scope::host}, {"fleet", Scope::fleet}},
          "`host`: each host opens and closes an alert of its own; `fleet`: one alert for all, which only `clear` closes"),
      field("message", &AlertText::message,
            "One line of at most 130 characters; the id of the rule and the host if not given")
          .is(kind_of_text("template"))
          .example("'{count} failed logins from {cap.ip} on {host.name}'"),
      field("description", &AlertText::description, "More text; sample lines follow it").is(kind_of_text("template")),
      field("details", &AlertText::details, "Names with their texts, which are templates").example("{user: '{cap.user}'}"),
      field("responders", &AlertText::responder_texts, "`team:`, `user:`, `escalation:` or `schedule:` and a name")
          .example("[team:infra]"),
      field("tags", &AlertText::tags, "At most 20, of at most 50 characters each").example("[linux, memory]"),
      field("runbook", &AlertText::runbook, "Where it says what to do").is(kind_of_text("template")),
      field("samples", &AlertText::samples, "So many of the newest lines go with the alert").between(0U, 50U),
  };
  return schema;
}

const Schema<MuteTimesText>& mute_times_schema() {
  static const Schema<MuteTimesText> schema{
      field("schedule", &MuteTimesText::schedule, "Weekly times in which nothing opens, each with its time zone")
          .example("['Sat 02:00-04:00 Europe/Zurich', 'Mon-Fri 22:00-06:00 UTC']"),
      field("deploy", &MuteTimesText::deploy, "So long after a deploy marker alerts are held, and judged again at the end")
          .between(0s, kDay),
  };
  return schema;
}

const Schema<LimitsText>& limits_schema() {
  static const Schema<LimitsText> schema{
      field("max_open", &LimitsText::max_open, "More open alerts than this become one roll-up that counts them")
          .between(1U, 10'000U),
      field("max_groups", &LimitsText::max_groups, "So many groups are remembered; what is forgotten is counted")
          .between(1U, 1'000'000U),
      field("notify_every", &LimitsText::notify_every, "The count of an open alert is told at most so often")
          .between(1s, 7 * kDay),
  };
  return schema;
}

}  // namespace

config::Rule<std::string> kind_of_text(const char* name) {
  return {name, [](const std::string&, const config::Outside&) { return std::string(); }};
}

const Schema<DefaultsText>& defaults_schema() {
  static const Schema<DefaultsText> schema{
      nested("open", &DefaultsText::open, open_schema(), "How long the condition must hold, and the alert stays"),
      nested("alert", &DefaultsText::alert, alert_schema(), "What is told, to whom, how urgently"),
      nested("mute", &DefaultsText::mute, mute_times_schema(), "When nothing is told"),
      nested("limits", &DefaultsText::limits, limits_schema(), "Bounds of what the rule may do"),
  };
  return schema;
}

const Schema<RuleText>& rule_schema() {
  static const Schema<RuleText> schema{
      field("rule", &RuleText::id, "The rule's id, of a-z, 0-9 and . _ -; it names its alerts, so it should not change")
          .required()
          .example("out-of-memory"),
      field("match", &RuleText::match, "Events that the rule is about")
          .is(kind_of_text("query"))
          .required()
          .example("'\"Out of memory\"'"),
      field("extract", &RuleText::extract, "`FIELD:/RE2/` with named groups: their values are the fields `cap.NAME`")
          .example("['message:/Killed process (?P<pid>\\d+)/']"),
      field("group_by", &RuleText::group_by, "Fields: each combination of their values is counted, and alerts, for itself")
          .example("[cap.ip]"),
      nested("when", &RuleText::when, when_schema(), "What the matches must amount to; each match alone if not given"),
      field("clear", &RuleText::clear, "An event that closes the alert at once").is(kind_of_text("query")),
      defaults_schema(),
      list("tests", &RuleText::tests, test_schema(), "Lines, and what must be told about them"),
  };
  return schema;
}

const Schema<MuteText>& mute_schema() {
  static const Schema<MuteText> schema{
      field("reason", &MuteText::reason, "Why, and whom to ask").required().example("'Disk exchange on web-1, ask Storage'"),
      field("until", &MuteText::until, "The end, RFC 3339").required().example("2026-12-01T06:00:00Z"),
      field("from", &MuteText::from, "The beginning, RFC 3339; at once if not given"),
      field("rules", &MuteText::rules, "Ids of rules; one that ends in * stands for all that begin so").example("[disk-*]"),
      field("match", &MuteText::match, "Only alerts whose opening event matches").is(kind_of_text("query")),
  };
  return schema;
}

void spread(config::Node& node, const config::Table& table) {
  for (const config::Option& option : table.options()) {
    const auto member =
        std::find_if(node.map.begin(), node.map.end(), [&](const auto& m) { return m.key.scalar == option.name; });
    if (member == node.map.end()) continue;
    using config::Node;
    Node& value = member->value;
    const std::vector<config::Form> forms = option.type->forms();
    if (value.kind == Node::Kind::scalar && option.type->is_list() && forms.empty())
      value = {.kind = Node::Kind::list, .place = value.place, .scalar = {}, .list = {value}, .map = {}};
    if (forms.empty()) continue;
    if (value.kind == Node::Kind::map) spread(value, *forms[0].table);
    for (Node& item : value.list) {
      if (option.name == "lines" && item.kind == Node::Kind::scalar) {
        Node key{.kind = Node::Kind::scalar, .place = item.place, .scalar = "line", .list = {}, .map = {}};
        item = {.kind = Node::Kind::map, .place = item.place, .scalar = {}, .list = {}, .map = {{std::move(key), item}}};
      }
      spread(item, *forms[0].table);
    }
  }
}

}  // namespace longshore::rules
