// Collects everything that is wrong with a configuration, so that a user mends it in one go.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/node.hpp"

namespace longshore::config {

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  // `path`: where in the tree, e.g. "sinks[0].timeout"; empty for the root.
  void add(Place place, std::string_view path, std::string_view what);
  std::size_t count() const { return items_.size(); }
  // One "file:line:column: path: what" a line, in the order of the file; at most 50, then how many more there are.
  std::string text() const;

 private:
  struct Item {
    Place place;
    std::string text;
  };
  std::string file_;
  std::vector<Item> items_;
};

}  // namespace longshore::config
