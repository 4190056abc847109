// A configuration file as a tree with places: what the YAML library read, without the YAML library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::config {

// Counted from 1, as editors do; 0 for what has no place (a default).
struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};

struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  Place place;
  std::string scalar;
  bool quoted = false;  // "30" in quotes is text, 30 is a number
  std::vector<Node> list;
  std::vector<std::pair<Node, Node>> map;        // keys are scalars
  const Node* find(std::string_view key) const;  // null if it is not there
};

// Limits: 1 MiB of text, 32 levels, 20,000 nodes after aliases are resolved, no key twice in a map, one document.
// Code::invalid with "file:line:column: what".
base::Result<Node> parse_yaml(std::string_view text, std::string_view file);

}  // namespace longshore::config
