#include "common/config/spot.hpp"

#include <fmt/format.h>

namespace longshore::config {

Spot Spot::option(std::string_view key) const {
  Spot below = *this;
  if (const Node* const node = node_->find(key); node != nullptr) below.node_ = node;
  below.path_ += path_.empty() ? std::string(key) : fmt::format(".{}", key);
  return below;
}

Spot Spot::item(std::size_t index) const {
  Spot below = *this;
  if (index < node_->list.size()) below.node_ = &node_->list[index];
  below.path_ += fmt::format("[{}]", index);
  return below;
}

}  // namespace longshore::config
