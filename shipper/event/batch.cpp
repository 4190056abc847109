#include "shipper/event/batch.hpp"

#include <algorithm>

namespace longshore::shipper {

std::uint16_t Batch::source_index(const SourceInfo& info) {
  const auto found = std::find(sources.begin(), sources.end(), info);
  if (found != sources.end()) return static_cast<std::uint16_t>(found - sources.begin());
  sources.push_back(info);
  return static_cast<std::uint16_t>(sources.size() - 1);
}

void Batch::clear() {
  arena.clear();
  events.clear();
  sources.clear();
  checkpoints.clear();
  on_durable.clear();
  received = {};
  first_seq = 0;
}

}  // namespace longshore::shipper
