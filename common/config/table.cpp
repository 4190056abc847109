#include "common/config/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "common/config/nearest.hpp"

namespace longshore::config {

void Table::read(const Spot& spot, void* object, bool typed) const {
  const Node& node = spot.node();
  if (node.kind != Node::Kind::map && node.kind != Node::Kind::null) return spot.wrong("needs a map of options");
  const std::size_t before = spot.problems();
  std::vector<std::string> names;
  for (const Option& known : options_) names.push_back(known.name);
  std::vector<std::string_view> meant;  // by unknown names: these are not also told as missing
  for (const auto& [key, item] : node.map) {
    if (typed && key.scalar == "type") continue;
    if (const Option* const option = find(key.scalar); option != nullptr) {
      read_option(*option, spot.option(key.scalar), object);
    } else {
      spot.at(key).wrong(unknown("option", key.scalar, names));
      meant.push_back(nearest(key.scalar, names));
    }
  }
  check_given(spot, meant);
  if (spot.problems() > before) return;
  for (const auto& [check, offset] : checks_) check(static_cast<const std::byte*>(object) + offset, spot);
}

void Table::read_option(const Option& option, const Spot& spot, void* object) const {
  auto* const bytes = static_cast<std::byte*>(object);
  const std::size_t before = spot.problems();
  option.type->read(spot, bytes + option.member);
  if (option.choice) std::memcpy(bytes + option.choice->member, &option.choice->value, sizeof option.choice->value);
  if (option.required && option.group.empty() && spot.problems() == before &&
      option.type->print(bytes + option.member).empty())
    spot.wrong("must not be empty");
}

void Table::check_given(const Spot& spot, std::span<const std::string_view> meant) const {
  for (auto option = options_.begin(); option != options_.end();) {
    const auto end = option->group.empty() ? option + 1 : std::find_if(option, options_.end(), [&](const Option& other) {
      return other.group != option->group;
    });
    std::string names;
    std::vector<std::string_view> given;
    bool missing = true;
    for (auto each = option; each != end; ++each) {
      names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", each->name);
      if (spot.node().find(each->name) != nullptr) given.push_back(each->name);
      missing = missing && std::find(meant.begin(), meant.end(), each->name) == meant.end();
    }
    if (missing && given.empty() && option->required)
      spot.wrong(fmt::format("needs {}{}", end - option > 1 ? "one of " : "", names));
    if (given.size() > 1) spot.option(given[1]).wrong(fmt::format("only one of these may be given: {}", names));
    option = end;
  }
}

std::string Table::print(const void* object) const {
  const auto* const bytes = static_cast<const std::byte*>(object);
  std::string out;
  for (const Option& option : options_) {
    if (option.choice && std::memcmp(bytes + option.choice->member, &option.choice->value, sizeof option.choice->value) != 0)
      continue;
    std::string text = option.type->print(bytes + option.member);
    if (text.empty() && option.choice) text = " \"\"\n";  // without it, nothing would say what was chosen
    if (!text.empty()) out += option.name + ":" + text;
  }
  return out;
}

std::string Table::preset(const Option& option) const {
  return option.type->print(static_cast<const std::byte*>(preset_.get()) + option.member);
}

void Table::add_options(const std::vector<Option>& options, std::size_t offset) {
  for (Option option : options) {
    option.member += offset;
    if (option.choice) option.choice->member += offset;
    options_.push_back(std::move(option));
  }
}

void Table::add_part(const Table& part, std::size_t offset) {
  add_options(part.options_, offset);
  for (const auto& [check, inner] : part.checks_) checks_.push_back({check, inner + offset});
}

const Option* Table::find(std::string_view name) const {
  const auto found =
      std::find_if(options_.begin(), options_.end(), [&](const Option& option) { return option.name == name; });
  return found == options_.end() ? nullptr : &*found;
}

std::string indent(std::string_view lines, unsigned columns) {
  std::string out;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    out.append(columns, ' ').append(lines.substr(0, end));
    lines.remove_prefix(end);
  }
  return out;
}

std::string as_item(std::string_view lines) {
  std::string out = indent(lines.empty() ? "{}\n" : lines, 2);
  out[0] = '-';
  return out;
}

void for_each_item(const Spot& spot, const std::function<void(const Spot&)>& read) {
  const Node& node = spot.node();
  if (node.kind != Node::Kind::list && node.kind != Node::Kind::null) return spot.wrong("needs a list");
  for (std::size_t i = 0; i < node.list.size(); ++i) read(spot.item(i));
}

const Form* choose_form(const Spot& item, const std::vector<Form>& forms) {
  std::vector<std::string> types;
  for (const Form& form : forms) types.push_back(form.type);
  const Node* const type = item.node().find("type");
  if (type == nullptr || type->kind != Node::Kind::scalar) {
    item.wrong(fmt::format("needs \"type\", one of: {}", fmt::join(types, ", ")));
    return nullptr;
  }
  const auto found = std::find_if(forms.begin(), forms.end(), [&](const Form& form) { return form.type == type->scalar; });
  if (found != forms.end()) return &*found;
  item.option("type").wrong(unknown("type", type->scalar, types));
  return nullptr;
}

}  // namespace longshore::config
