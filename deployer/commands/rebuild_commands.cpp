#include "deployer/commands/rebuild_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "common/config/nearest.hpp"
#include "common/config/yaml.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

Result<std::string> filled(std::string_view text, const Component& component) {
  const std::vector<std::pair<std::string, std::string>> values = {
      {"name", component.name},
      {"tag", component.image.tag},
      {"repository", component.image.repository()},
      {"image", component.image.repository() + ":" + component.image.tag},
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t close = text[at] == '{' ? text.find('}', at) : text.npos;
    const std::string_view word = close == text.npos ? std::string_view() : text.substr(at + 1, close - at - 1);
    // "${HOME}", "{ a; b; }" and "{1,2}" are the shell's.
    if (word.empty() || (at > 0 && text[at - 1] == '$') ||
        !std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; })) {
      out += text[at++];
      continue;
    }
    const auto value = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == word; });
    if (value == values.end()) {
      std::vector<std::string> names;
      for (const auto& [name, unused] : values) names.push_back(name);
      return base::fail(Code::invalid, fmt::format("the command that rebuilds {}: {}", component.name,
                                                   config::unknown("placeholder", word, names)));
    }
    out += value->second;
    at = close + 1;
  }
  return out;
}

}  // namespace

Result<RebuildCommands> RebuildCommands::read(const std::string& yaml, const std::string& file) {
  RebuildCommands commands;
  config::Problems problems(file);
  const auto root = config::parse_yaml(yaml, problems);
  if (root && root->kind != config::Node::Kind::map)
    problems.add(root->place, "", "wants a command for each component: NAME: \"COMMAND\"");
  if (root)
    for (const auto& [key, value] : root->map) {
      if (value.kind != config::Node::Kind::scalar || value.scalar.empty())
        problems.add(value.place, key.scalar, "wants a command");
      else
        commands.templates_.emplace(key.scalar, value.scalar);
    }
  if (problems.count() > 0) return base::fail(Code::invalid, problems.text());
  return commands;
}

Result<std::string> RebuildCommands::of(const Component& component) const {
  auto found = templates_.find(component.name);
  if (found == templates_.end()) found = templates_.find(kDefault);
  if (found == templates_.end())
    return base::fail(Code::not_found,
                      fmt::format("no command rebuilds {}: say it with --build, or in rebuild.yaml", component.name));
  return filled(found->second, component);
}

}  // namespace longshore::deployer
