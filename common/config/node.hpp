// A configuration file as a tree with places: what the YAML library read, without the YAML library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longshore::config {

// Counted from 1, as editors do.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string scalar;  // UTF-8
  std::vector<Node> list;
  std::vector<std::pair<Node, Node>> map;        // keys are scalars, none twice
  const Node* find(std::string_view key) const;  // null if it is not there
};

}  // namespace longshore::config
