#include "rules/import/query_build.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "rules/query/parser.hpp"
#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

Node group(Node::Kind kind, std::vector<Node> nodes) {
  Node out;
  out.kind = kind;
  std::set<std::string> seen;
  for (Node& node : nodes)
    if (seen.insert(print_query(node)).second) out.children.push_back(std::move(node));
  return out.children.size() == 1 ? Node(std::move(out.children[0])) : out;
}

}  // namespace

Node leaf_of(Predicate predicate) {
  Node out;
  out.kind = Node::Kind::leaf;
  out.leaf = std::move(predicate);
  return out;
}
Node all_of(std::vector<Node> nodes) {
  if (nodes.size() > 1) std::erase_if(nodes, [](const Node& node) { return node.kind == Node::Kind::everything; });
  return nodes.empty() ? Node{} : group(Node::Kind::all, std::move(nodes));
}
Node any_of(std::vector<Node> nodes) { return group(Node::Kind::any, std::move(nodes)); }
Node none_of(Node node) {
  Node out;
  out.kind = Node::Kind::none;
  out.children.push_back(std::move(node));
  return out;
}

bool matches_the_unknown(const Node& tree) {
  const auto& children = tree.children;
  switch (tree.kind) {
    case Node::Kind::all:
      return std::all_of(children.begin(), children.end(), matches_the_unknown);
    case Node::Kind::any:
      return std::any_of(children.begin(), children.end(), matches_the_unknown);
    case Node::Kind::none:
      return !matches_the_unknown(children[0]);
    case Node::Kind::leaf:
      return false;
    case Node::Kind::everything:
      return true;
  }
  return false;
}

bool write_query(const Node& tree, std::string& text, std::string& why) {
  text = print_query(tree);
  const ParsedQuery read = parse_query(text);
  if (!read.errors.empty())
    why = read.errors[0].what;
  else if (print_query(read.tree) != text)
    why = "its query cannot be written down";
  return why.empty();
}

}  // namespace longshore::rules
