// Watches a node that has taken traffic again, for as long as it bakes or soaks: gates of rollout/gate.hpp.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/rollout/gate.hpp"
#include "deployer/run/context.hpp"

namespace longshore::deployer {

class NodeWatch {
 public:
  // `before`, from observe(), is the reference: taken before the rollout touches the host.
  NodeWatch(Context& context, std::string host, const HostTarget& target, Observation before);

  // An error when a gate says no; otherwise after `duration`. A host or balancer that does not answer for 10 s is an error
  // too.
  base::Result<void> run(base::Duration duration);

  // As they were last.
  const std::vector<GateResult>& gates() const { return gates_; }

  // What shipper and the balancers say of the host now; `containers` are those of the target.
  static base::Result<Observation> observe(Context& context, const std::string& host, const HostTarget& target);

 private:
  base::Result<Observation> look();

  Context& context_;
  std::string host_;
  const HostTarget& target_;
  Observation before_;
  std::vector<GateResult> gates_;
};

// The alerts in the answer of shipper's /status. Code::corrupt: it is none.
base::Result<std::vector<SeenAlert>> read_alerts(std::string_view status_json);

}  // namespace longshore::deployer
