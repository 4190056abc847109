#include "deployer/service/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/base/utf8.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Node;
using config::Problems;

void take_over(Node& into, Node& from, Problems& problems) {
  if (from.kind == Node::Kind::list) {
    for (Node& each : from.list) {
      if (each.kind == Node::Kind::map)
        take_over(into, each, problems);
      else
        problems.add(each.place, "", "<< takes maps");
    }
    return;
  }
  if (from.kind != Node::Kind::map) return problems.add(from.place, "", "<< takes a map, or a list of maps");
  for (Node::Member& member : from.map)
    if (into.find(member.key.scalar) == nullptr) into.map.push_back(std::move(member));
}

// False, with the problem added, if the text cannot be had; the node is then taken away, so that it is not told again that
// it is no port.
bool fill_in(Node& node, const std::string& path, const Lookup& variable, Problems& problems) {
  if (node.kind == Node::Kind::scalar && node.scalar.find('$') != std::string::npos) {
    auto value = interpolate(node.scalar, variable);
    if (value && (!base::is_utf8(*value) || value->find('\0') != std::string::npos))
      value = base::fail(base::Code::invalid, "is not text in UTF-8 once variables are put in");
    if (!value) {
      problems.add(node.place, path, value.error().message);
      return false;
    }
    node.scalar = std::move(*value);
  }
  std::size_t index = 0;
  std::erase_if(node.list,
                [&](Node& item) { return !fill_in(item, fmt::format("{}[{}]", path, index++), variable, problems); });
  std::erase_if(node.map, [&](Node::Member& member) {
    const std::string& key = member.key.scalar;
    return !(path.empty() && key.starts_with("x-")) &&
           !fill_in(member.value, path.empty() ? key : path + "." + key, variable, problems);
  });
  return true;
}

}  // namespace

void merge_keys(Node& node, Problems& problems) {
  for (Node& item : node.list) merge_keys(item, problems);
  for (auto& [key, value] : node.map) merge_keys(value, problems);
  const auto found =
      std::find_if(node.map.begin(), node.map.end(), [](const Node::Member& member) { return member.key.scalar == "<<"; });
  if (found == node.map.end()) return;
  Node from = std::move(found->value);
  node.map.erase(found);
  take_over(node, from, problems);
}

void fill_in_variables(Node& root, const Lookup& variable, Problems& problems) { fill_in(root, "", variable, problems); }

}  // namespace longshore::deployer::compose
