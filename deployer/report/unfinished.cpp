#include "deployer/report/unfinished.hpp"

namespace longshore::deployer {

Summary unfinished_summary(const Heading& heading, const std::vector<NodePlan>& nodes) {
  constexpr int kSoftware = 70;
  Summary summary;
  static_cast<Heading&>(summary) = heading;
  summary.exit_code = kSoftware;
  summary.outcome = "did not end: deployer was killed, or is still at work";
  summary.next_command = "deployer resume --env " + heading.environment;
  for (const NodePlan& node : nodes) {
    NodeResult& result = summary.nodes.emplace_back();
    result.host = node.host;
    result.component = node.component;
    result.change = node.change;
    if (needs_nothing(node.change)) {
      result.outcome = NodeResult::Outcome::unchanged;
    } else {
      result.outcome = NodeResult::Outcome::failed;
      result.failure = "the run did not end; what became of this node is not known here";
    }
  }
  return summary;
}

}  // namespace longshore::deployer
