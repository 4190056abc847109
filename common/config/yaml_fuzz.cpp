// Any bytes: a tree within its limits, or a problem with its place.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/config/yaml.hpp"

namespace {

using longshore::config::Node;

unsigned depth(const Node& node) {
  unsigned deepest = 0;
  for (const Node& item : node.list) deepest = std::max(deepest, depth(item));
  for (const auto& [key, item] : node.map) {
    if (key.kind != Node::Kind::scalar || node.find(key.scalar) != &item) std::abort();  // none twice
    deepest = std::max(deepest, depth(item));
  }
  return deepest + 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  longshore::config::Problems problems("fuzz");
  const auto node = longshore::config::parse_yaml({reinterpret_cast<const char*>(data), size}, problems);
  if (node ? depth(*node) > 2 * 32 : problems.count() == 0) std::abort();
  return 0;
}
