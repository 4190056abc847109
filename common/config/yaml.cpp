// The only place that knows yaml-cpp.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <string>

#include "common/config/node.hpp"

namespace longshore::config {
namespace {

using base::Code;
using base::Result;

constexpr std::size_t kMostText = 1 << 20;
constexpr unsigned kMostLevels = 32;
constexpr std::size_t kMostNodes = 20'000;

class Builder {
 public:
  explicit Builder(std::string_view file) : file_(file) {}

  Result<Node> build(const YAML::Node& from, unsigned level) {
    Node node;
    node.place = place_of(from.Mark());
    if (level > kMostLevels) return wrong(node.place, fmt::format("nested deeper than {} levels", kMostLevels));
    if (++count_ > kMostNodes)
      return wrong(node.place, fmt::format("more than {} values: are there aliases of aliases?", kMostNodes));
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return node;
      case YAML::NodeType::Scalar:
        node.kind = Node::Kind::scalar;
        node.scalar = from.Scalar();
        node.quoted = from.Tag() == "!";
        return node;
      case YAML::NodeType::Sequence:
        node.kind = Node::Kind::list;
        for (const YAML::Node& item : from) {
          TRY(built, build(item, level + 1));
          node.list.push_back(std::move(built));
        }
        return node;
      case YAML::NodeType::Map:
        node.kind = Node::Kind::map;
        for (const auto& entry : from) {
          TRY(key, build(entry.first, level + 1));
          if (key.kind != Node::Kind::scalar) return wrong(key.place, "a key must be plain text");
          if (const Node* first = node.find(key.scalar); first != nullptr)
            return wrong(key.place, fmt::format("\"{}\" stands twice, first in line {}", key.scalar, first->place.line));
          TRY(value, build(entry.second, level + 1));
          node.map.emplace_back(std::move(key), std::move(value));
        }
        return node;
    }
    return node;
  }

  std::unexpected<base::Error> wrong(Place place, std::string_view what) const {
    return base::fail(Code::invalid, fmt::format("{}:{}:{}: {}", file_, place.line, place.column, what));
  }
  static Place place_of(const YAML::Mark& mark) {
    return {static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1)};
  }

 private:
  std::string_view file_;
  std::size_t count_ = 0;
};

// yaml-cpp's parser recurses: text that is nested deeper than we accept anyway must not reach it.
bool too_deep(std::string_view text) {
  unsigned depth = 0, line_indents = 0;
  std::size_t indent = 0, last = 0;
  bool at_start = true;
  for (const char c : text) {
    if (c == '[' || c == '{') ++depth;
    if ((c == ']' || c == '}') && depth > 0) --depth;
    if (c == '\n') {
      at_start = true;
      indent = 0;
    } else if (at_start && (c == ' ' || c == '-' || c == '?')) {
      ++indent;
      if (c != ' ' && ++line_indents > 4 * kMostLevels && indent > last) return true;
    } else if (at_start) {
      at_start = false;
      line_indents = 0;
      last = indent;
    }
    if (depth > 2 * kMostLevels || indent > 16 * kMostLevels) return true;
  }
  return false;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : map)
    if (name.scalar == key) return &value;
  return nullptr;
}

Result<Node> parse_yaml(std::string_view text, std::string_view file) {
  Builder builder(file);
  if (text.size() > kMostText) return builder.wrong({1, 1}, "larger than 1 MiB: is this the right file?");
  if (too_deep(text)) return builder.wrong({1, 1}, fmt::format("nested deeper than {} levels", kMostLevels));
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1)
      return builder.wrong(Builder::place_of(documents[1].Mark()), "a second document: one file, one document");
    if (documents.empty()) return Node{};
    return builder.build(documents[0], 0);
  } catch (const YAML::Exception& error) {
    return builder.wrong(Builder::place_of(error.mark), error.msg);
  }
}

}  // namespace longshore::config
