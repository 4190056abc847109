#include "common/config/reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace longshore::config {
namespace {

struct Section {
  std::string name;
  std::vector<Form> forms;
};

// In the order of the options, what stands at the top first.
std::vector<Section> sections(const Table& root) {
  std::vector<Section> found{{"", {{"", "", &root}}}};
  const auto known = [&](const Table* table) {
    return std::any_of(found.begin(), found.end(), [&](const Section& section) { return section.forms[0].table == table; });
  };
  for (std::size_t i = 0; i < found.size(); ++i)
    for (const Form& form : std::vector<Form>(found[i].forms))
      for (const Option& option : form.table->options())
        if (auto forms = option.type->forms(); !forms.empty() && !known(forms[0].table))
          found.push_back({option.name, std::move(forms)});
  return found;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, 1, '\\');
  return text;
}

std::string row(const Table& table, const Option& option) {
  std::string preset = table.preset(option);
  if (preset.starts_with('\n')) preset.clear();  // a map: its own table tells
  if (!preset.empty()) preset = "`" + preset.substr(1, preset.size() - 2) + "`";
  if (option.required && option.group.empty()) preset = "required";
  if (option.required && !option.group.empty()) preset = "one of these";
  std::string type = option.type->name();
  if (!option.type->forms().empty()) type = fmt::format("[{}](#{})", type, option.name);
  return fmt::format("| `{}` | {} | {} | {} |\n", option.name, cell(type), cell(preset), cell(option.help));
}

std::string options(const Table& table) {
  std::string out = "| option | type | default | meaning |\n|---|---|---|---|\n";
  for (const Option& option : table.options()) out += row(table, option);
  return out;
}

}  // namespace

std::string reference(const Table& table, std::string_view heading) {
  std::string out(heading);
  for (const Section& section : sections(table)) {
    if (!section.name.empty()) out += fmt::format("\n## {}\n", section.name);
    for (const Form& form : section.forms) {
      if (!form.type.empty()) out += fmt::format("\n### `type: {}`\n\n{}.\n", form.type, form.help);
      out += "\n" + options(*form.table);
    }
  }
  return out;
}

void for_each_table(const Table& root, const std::function<void(std::string_view, const Table&)>& visit) {
  for (const Section& section : sections(root))
    for (const Form& form : section.forms)
      visit(form.type.empty() ? section.name : section.name + " " + form.type, *form.table);
}

}  // namespace longshore::config
