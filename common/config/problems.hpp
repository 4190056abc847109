// Collects everything that is wrong with a configuration, so that a user mends it in one go.
#pragma once

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
  bool empty() const { return items_.empty(); }
  // One "file:line:column: path: what" a line, in the order of the file.
  std::string text() const;

 private:
  struct Item {
    Place place;
    std::string text;
  };
  std::string file_;
  std::vector<Item> items_;
};

// The candidate that `word` most likely was meant to be; empty if none is near.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace longshore::config
