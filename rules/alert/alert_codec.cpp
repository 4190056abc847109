#include "rules/alert/alert_codec.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <array>

#include "common/base/utf8.hpp"

namespace longshore::rules {
namespace {

using base::Code;
using base::Result;

constexpr std::array<std::string_view, 4> kKinds = {"open", "repeat", "note", "close"};
constexpr std::array<std::string_view, 4> kResponders = {"team", "user", "escalation", "schedule"};
constexpr std::array<std::string_view, 5> kPriorities = {"P1", "P2", "P3", "P4", "P5"};

void add_name(std::string& out, std::string_view name) {
  if (out.back() != '{') out += ',';
  base::append_json(out, name);
  out += ':';
}

void add_needed(std::string& out, std::string_view name, std::string_view text) {
  add_name(out, name);
  base::append_json(out, text);
}
void add_text(std::string& out, std::string_view name, std::string_view text) {
  if (!text.empty()) add_needed(out, name, text);
}

void add_texts(std::string& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  add_name(out, name);
  char before = '[';
  for (const std::string& text : texts) {
    out += before;
    base::append_json(out, text);
    before = ',';
  }
  out += ']';
}

using simdjson::dom::element;
using simdjson::dom::object;

Result<void> wrong(std::string_view member, std::string_view needed) {
  return base::fail(Code::corrupt, fmt::format("a stored alert cannot be read: \"{}\" is not {}", member, needed));
}

Result<void> read_text(const element& value, std::string_view member, std::string& text) {
  std::string_view view;
  if (value.get(view) != simdjson::SUCCESS) return wrong(member, "a text");
  text = view;
  return {};
}

template <std::size_t N, class E>
Result<void> read_choice(const element& value, std::string_view member, const std::array<std::string_view, N>& names,
                         int first, E& choice) {
  std::string_view view;
  if (value.get(view) == simdjson::SUCCESS)
    for (std::size_t i = 0; i < N; ++i)
      if (names[i] == view) {
        choice = static_cast<E>(static_cast<int>(i) + first);
        return {};
      }
  return wrong(member, fmt::format("one of {}", fmt::join(names, ", ")));
}

// Calls `read` for each item; its first failure is the answer.
template <class Read>
Result<void> for_each_item(const element& value, std::string_view member, Read read) {
  simdjson::dom::array items;
  if (value.get(items) != simdjson::SUCCESS) return wrong(member, "a list");
  for (const element item : items) TRY_VOID(read(item));
  return {};
}

Result<void> read_texts(const element& value, std::string_view member, std::vector<std::string>& texts) {
  return for_each_item(value, member, [&](const element& item) { return read_text(item, member, texts.emplace_back()); });
}

Result<void> read_details(const element& value, std::vector<std::pair<std::string, std::string>>& details) {
  object members;
  if (value.get(members) != simdjson::SUCCESS) return wrong("details", "a map");
  for (const auto [key, item] : members)
    TRY_VOID(read_text(item, "details", details.emplace_back(std::string(key), "").second));
  return {};
}

Result<void> read_responder(const element& value, Responder& responder) {
  object members;
  element type, name;
  if (value.get(members) != simdjson::SUCCESS || members["type"].get(type) != simdjson::SUCCESS ||
      members["name"].get(name) != simdjson::SUCCESS)
    return wrong("responders", "a list of maps with \"type\" and \"name\"");
  TRY_VOID(read_choice(type, "responders.type", kResponders, 0, responder.kind));
  return read_text(name, "responders.name", responder.name);
}

Result<void> read_time(const element& value, base::Timestamp& time) {
  std::string_view view;
  if (value.get(view) == simdjson::SUCCESS)
    if (const auto parsed = base::parse_rfc3339(view)) {
      time = *parsed;
      return {};
    }
  return wrong("at", "a time (RFC 3339)");
}

Result<void> read_member(std::string_view name, const element& value, AlertChange& change) {
  if (name == "kind") return read_choice(value, name, kKinds, 0, change.kind);
  if (name == "priority") return read_choice(value, name, kPriorities, 1, change.priority);
  if (name == "at") return read_time(value, change.at);
  if (name == "count") {
    if (value.get(change.count) != simdjson::SUCCESS) return wrong(name, "a count");
    return {};
  }
  if (name == "details") return read_details(value, change.details);
  if (name == "group") return read_texts(value, name, change.group);
  if (name == "tags") return read_texts(value, name, change.tags);
  if (name == "samples") return read_texts(value, name, change.samples);
  if (name == "responders")
    return for_each_item(value, name,
                         [&](const element& item) { return read_responder(item, change.responders.emplace_back()); });
  for (const auto& [known, text] : {std::pair<std::string_view, std::string*>{"rule", &change.rule},
                                    {"alias", &change.alias},
                                    {"episode", &change.episode},
                                    {"message", &change.message},
                                    {"description", &change.description},
                                    {"note", &change.note},
                                    {"runbook", &change.runbook},
                                    {"host", &change.host},
                                    {"source", &change.source}})
    if (known == name) return read_text(value, name, *text);
  return {};
}

}  // namespace

std::string write_alert_change(const AlertChange& change) {
  std::string out = "{";
  add_needed(out, "kind", kKinds[static_cast<std::size_t>(change.kind)]);
  add_needed(out, "rule", change.rule);
  add_needed(out, "alias", change.alias);
  add_needed(out, "episode", change.episode);
  add_needed(out, "at", base::format_rfc3339(change.at, 9));
  add_name(out, "count");
  out += fmt::format_int(change.count).c_str();
  add_needed(out, "priority", kPriorities[static_cast<std::size_t>(change.priority) - 1]);
  add_text(out, "message", change.message);
  add_text(out, "description", change.description);
  add_text(out, "note", change.note);
  if (!change.details.empty()) {
    add_name(out, "details");
    std::string details = "{";
    for (const auto& [key, value] : change.details) add_needed(details, key, value);
    out += details + '}';
  }
  add_texts(out, "group", change.group);
  add_texts(out, "tags", change.tags);
  add_texts(out, "samples", change.samples);
  if (!change.responders.empty()) {
    add_name(out, "responders");
    char before = '[';
    for (const auto& [kind, name] : change.responders) {
      out += before;
      out += fmt::format(R"({{"type":"{}","name":)", kResponders[static_cast<std::size_t>(kind)]);
      base::append_json(out, name);
      out += '}';
      before = ',';
    }
    out += ']';
  }
  add_text(out, "runbook", change.runbook);
  add_text(out, "host", change.host);
  add_text(out, "source", change.source);
  return out + '}';
}

Result<AlertChange> read_alert_change(std::string_view line) {
  simdjson::dom::parser parser;
  object members;
  if (parser.parse(simdjson::padded_string(line)).get(members) != simdjson::SUCCESS)
    return base::fail(Code::corrupt, "a stored alert cannot be read: the line is not a JSON object");
  AlertChange change;
  for (const std::string_view name : {"kind", "rule", "alias", "episode", "at"})
    if (members[name].error() != simdjson::SUCCESS)
      return base::fail(Code::corrupt, fmt::format("a stored alert cannot be read: it has no \"{}\"", name));
  for (const auto [name, value] : members) TRY_VOID(read_member(name, value, change));
  return change;
}

}  // namespace longshore::rules
