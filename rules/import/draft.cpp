#include "rules/import/draft.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/utf8.hpp"
#include "common/config/value.hpp"
#include "common/config/yaml.hpp"
#include "rules/file/rule_reader.hpp"

namespace longshore::rules {
namespace {

// What OpsGenie takes; with " on HOST" behind the title.
constexpr std::size_t kMostTitle = 100, kMostDescription = 10'000, kMostTags = 20, kMostTag = 50;

constexpr std::size_t kMostInFile = 200, kLargestFile = 512 << 10;

// A template that says just this.
std::string as_template(std::string_view text, std::size_t most) {
  std::string out;
  for (const char c : base::cut_to_bytes(text, most)) {
    if (c == '{' || c == '}') out += c;
    out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c;
  }
  return out;
}

std::string list(const std::vector<std::string>& texts) { return config::Value<std::vector<std::string>>::print(texts); }

// "- rule: …", an item of `rules:`.
std::string yaml_of(const Draft& draft) {
  std::string title = as_template(draft.title, kMostTitle);
  std::replace(title.begin(), title.end(), '\n', ' ');
  std::string out = fmt::format("- rule: {}\n  match: {}\n", draft.id, quoted(draft.match));
  if (!draft.group_by.empty()) out += fmt::format("  group_by: {}\n", list(draft.group_by));
  if (!draft.when.empty()) out += "  when:\n";
  for (const auto& [name, yaml] : draft.when) out += fmt::format("    {}: {}\n", name, yaml);
  if (draft.within.count() > 0) out += fmt::format("    within: {}\n", base::format_duration(draft.within));
  if (draft.within > RuleSpec{}.keep) out += fmt::format("  open: {{keep: {}}}\n", base::format_duration(draft.within));
  out += fmt::format("  alert:\n    priority: {}\n    message: {}\n", config::print_text(draft.priority),
                     quoted(title + " on {host.name}"));
  if (!draft.description.empty())
    out += fmt::format("    description: {}\n", config::print_text(as_template(draft.description, kMostDescription)));
  std::vector<std::string> tags;
  for (const std::string& tag : draft.tags)
    if (!tag.empty() && base::count_characters(tag) <= kMostTag && tags.size() < kMostTags) tags.push_back(tag);
  if (!tags.empty()) out += fmt::format("    tags: {}\n", list(tags));
  if (!draft.responders.empty()) out += fmt::format("    responders: {}\n", list(draft.responders));
  if (!draft.group_by.empty()) out += fmt::format("  limits: {{max_groups: {}}}\n", 2 * RuleSpec{}.max_groups);
  return out;
}

// What our own reader says about it.
std::string problem_of(const std::string& yaml) {
  Findings findings("rule");
  const auto root = config::parse_yaml(yaml, findings.errors);
  if (root && findings.errors.count() == 0) {
    const config::Outside outside;
    const NamedLists lists;
    const DefaultsText defaults;
    const Named named;
    const config::Spot spot(*root, "", findings.errors, outside);
    read_rule(spot.item(0), {.file_text = yaml,
                             .file = {},
                             .folder = {},
                             .defaults = defaults,
                             .lists = lists,
                             .named = named,
                             .findings = findings});
  }
  const std::string text = findings.errors.text();
  return text.substr(0, text.find('\n'));
}

}  // namespace

std::string id_of(std::string_view text) {
  std::string out;
  for (char c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_')
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  out.resize(std::min<std::size_t>(out.size(), 80));
  while (out.ends_with('-')) out.pop_back();
  return out;
}

std::string quoted(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return config::print_text(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

void Drafts::add(const std::string& from, const Draft& draft) {
  if (ids_.contains(draft.id)) return refuse(from, fmt::format("there is another rule with the id {}", draft.id));
  const std::string yaml = yaml_of(draft);
  if (const std::string problem = problem_of(yaml); !problem.empty()) return refuse(from, problem);
  ids_.insert(draft.id);
  result_.rules.push_back(fmt::format("# {}\n{}", from, yaml));
}

std::vector<std::string> ImportResult::files() const {
  std::vector<std::string> out;
  std::size_t in_last = 0;
  for (const std::string& rule : rules) {
    if (out.empty() || in_last == kMostInFile || out.back().size() + rule.size() > kLargestFile) {
      out.emplace_back("rules:\n");
      in_last = 0;
    }
    out.back() += rule;
    ++in_last;
  }
  return out;
}

}  // namespace longshore::rules
