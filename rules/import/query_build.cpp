#include "rules/import/query_build.hpp"

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
