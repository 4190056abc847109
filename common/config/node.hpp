// A configuration file as a tree with places: what the YAML library read, without the YAML library.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
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
  struct Member;
  std::vector<Node> list;
  std::vector<Member> map;                       // keys are scalars, none twice
  const Node* find(std::string_view key) const;  // null if it is not there
};

struct Node::Member {
  Node key, value;
};

}  // namespace longshore::config
