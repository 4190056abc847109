#include "rules/import/documents.hpp"

#include <algorithm>

#include "common/config/problems.hpp"
#include "common/config/yaml.hpp"

namespace longshore::rules {

std::vector<Document> read_documents(std::string_view text) {
  std::vector<std::string> parts(1);
  std::size_t lines = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    ++lines;
    if (line.starts_with("---") && line.find_first_not_of(" \t\r\n", 3) == std::string_view::npos)
      parts.emplace_back(lines, '\n');  // so that lines keep their numbers
    else
      parts.back() += line;
  }
  std::vector<Document> out;
  for (const std::string& part : parts) {
    config::Problems problems("line");
    Document document;
    if (auto root = config::parse_yaml(part, problems)) document.root = std::move(*root);
    if (problems.count() == 0 && document.root.kind == config::Node::Kind::null) continue;
    document.problem = problems.text().substr(0, problems.text().find('\n'));
    if (document.problem.empty() && document.root.kind != config::Node::Kind::map) document.problem = "is no map";
    if (!document.problem.empty()) document.root = {};
    out.push_back(std::move(document));
  }
  return out;
}

std::vector<std::string> texts_of(const config::Node* node) {
  std::vector<std::string> out;
  if (node == nullptr) return out;
  if (node->kind == config::Node::Kind::scalar) out.push_back(node->scalar);
  for (const config::Node& item : node->list)
    if (item.kind == config::Node::Kind::scalar) out.push_back(item.scalar);
  return out;
}

std::string text_of(const config::Node& map, std::string_view key) {
  const config::Node* const node = map.find(key);
  return node != nullptr && node->kind == config::Node::Kind::scalar ? node->scalar : "";
}

}  // namespace longshore::rules
