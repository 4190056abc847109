#include "deployer/report/event.hpp"

namespace longshore::deployer {

std::string_view to_text(Phase phase) {
  static constexpr std::string_view kNames[] = {"waiting",  "pulling", "staging",  "draining", "stopping",
                                                "starting", "probing", "entering", "watching", "done",
                                                "undoing",  "undone",  "failed"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view to_text(Level level) {
  static constexpr std::string_view kNames[] = {"detail", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

std::string_view to_text(NodeResult::Outcome outcome) {
  static constexpr std::string_view kNames[] = {"unchanged", "updated", "rolled_back", "failed", "not_started"};
  return kNames[static_cast<std::size_t>(outcome)];
}

bool is_failure(NodeResult::Outcome outcome) {
  return outcome == NodeResult::Outcome::rolled_back || outcome == NodeResult::Outcome::failed;
}

bool needs_nothing(std::string_view change) { return change.starts_with("NOOP"); }

}  // namespace longshore::deployer
