#include "rules/file/reference.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/utf8.hpp"
#include "common/config/reference.hpp"
#include "rules/file/rule_schema.hpp"

namespace longshore::rules {
namespace {

using config::Option;
using config::Table;

std::string json(std::string_view text) {
  std::string out;
  base::append_json(out, text);
  return out;
}
std::string json_list(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + json(text);
  return "[" + out + "]";
}

// YAML reads 5 and true as what they look like; where a text is wanted they are texts.
const std::string kText = R"("type": ["string", "number", "boolean"])";

std::string object(const Table& table, const std::string& indent);

// What may stand at an option, without braces.
std::string value(const Option& option, const std::string& indent) {
  const config::Type& type = *option.type;
  if (const auto forms = type.forms(); !forms.empty()) {
    const std::string inner = object(*forms[0].table, indent + "  ");
    if (!type.is_list()) return inner;
    // A line of a test may stand without a map around it (spread()).
    const bool bare = option.name == "lines";
    const std::string items = bare ? fmt::format(R"("anyOf": [{{{}}}, {{{}}}])", kText, inner) : inner;
    return fmt::format(R"("type": "array", "items": {{{}}})", items);
  }
  if (const auto choices = type.choices(); !choices.empty()) return "\"enum\": " + json_list(choices);
  if (type.is_list()) return fmt::format(R"("anyOf": [{{{0}}}, {{"type": "array", "items": {{{0}}}}}])", kText);
  const std::string name = type.name();
  if (name.starts_with("number")) return R"("type": "integer")";
  if (name.starts_with("duration")) return R"("type": "string", "pattern": "^[0-9.]+(ns|us|ms|s|m|h|d)([0-9].*)?$")";
  if (name == "map of texts") return fmt::format(R"("type": "object", "additionalProperties": {{{}}})", kText);
  return kText;
}

std::string describe(const Table& table, const Option& option) {
  std::string out = option.help + ".";
  const std::string preset = table.preset(option);
  if (preset.starts_with(' ')) out += " Default: " + preset.substr(1, preset.size() - 2);
  return out;
}

// What must be given: each of these, and of each group exactly one.
std::string required(const Table& table) {
  std::vector<std::string> always;
  std::map<std::string, std::string> groups;
  for (const Option& option : table.options()) {
    if (!option.required) continue;
    if (option.group.empty())
      always.push_back(option.name);
    else
      groups[option.group] +=
          fmt::format(R"({}{{"required": [{}]}})", groups[option.group].empty() ? "" : ", ", json(option.name));
  }
  std::string out;
  if (!always.empty()) out += ", \"required\": " + json_list(always);
  for (const auto& [name, alternatives] : groups) out += fmt::format(", \"oneOf\": [{}]", alternatives);
  return out;
}

std::string object(const Table& table, const std::string& indent) {
  std::string properties;
  for (const Option& option : table.options())
    properties += fmt::format("{}\n{}  {}: {{\"description\": {}, {}}}", properties.empty() ? "" : ",", indent,
                              json(option.name), json(describe(table, option)), value(option, indent));
  return fmt::format("\"type\": \"object\", \"additionalProperties\": false{}, \"properties\": {{{}\n{}}}", required(table),
                     properties, indent);
}

}  // namespace

std::string rules_reference() {
  return config::reference(rule_schema(), R"(# Rule files

Every option of a rule, made from the tables in `rules/file/`. [rules.md](../rules/rules.md) explains how they work together,
[language.md](../rules/language.md) what a query says. `rules/schema.json` has the same for editors.

- A file holds one rule, or `rules:` with a list of them. `defaults.yaml` holds `open`, `alert`, `mute` and `limits` for its folder
  and those below. Files in `mutes/` hold one mute, or `mutes:` with a list of them (the last table).
- A duration carries its unit: `30s`, `1h30m`. Where a list of texts may stand, one text will do.
- An unknown option is an error, with the place in the file and what was probably meant.

)") + config::reference(mute_schema(), "\n## A file in mutes/\n");
}

std::string rules_json_schema() {
  std::string out = R"({
"$schema": "https://json-schema.org/draft/2020-12/schema",
"title": "Longshore: rules, their defaults and mutes",
"anyOf": [
  {"$ref": "#/$defs/rule"},
  {"type": "object", "additionalProperties": false, "required": ["rules"], "properties": {"rules": {"type": "array", "items": {"$ref": "#/$defs/rule"}}}},
  {"$ref": "#/$defs/defaults"},
  {"$ref": "#/$defs/mute"},
  {"type": "object", "additionalProperties": false, "required": ["mutes"], "properties": {"mutes": {"type": "array", "items": {"$ref": "#/$defs/mute"}}}},
  {"type": "null"}
],
"$defs": {)";
  const std::vector<std::pair<std::string, const Table*>> tables = {
      {"rule", &rule_schema()}, {"defaults", &defaults_schema()}, {"mute", &mute_schema()}};
  for (const auto& [name, table] : tables)
    out += fmt::format("{}\n\"{}\": {{{}}}", name == "rule" ? "" : ",", name, object(*table, ""));
  return out + "\n}\n}\n";
}

}  // namespace longshore::rules
