// Brings one host to its target: looks, asks rollout/step.hpp for the next step, does it, looks again. One thread a host.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/rollout/step.hpp"
#include "deployer/run/context.hpp"

namespace longshore::deployer {

class Node {
 public:
  // `may_have_been_told`: an earlier run may have told it to leave, without the balancers having noticed yet: it is told to
  // enter at the end whatever they say.
  Node(Context& context, std::string host, bool may_have_been_told)
      : context_(context), host_(context.fleet.host(host)), name_(std::move(host)) {
    progress_.told = may_have_been_told;
  }

  // Until nothing is left to do. An error says what failed, and leaves the host as it is at that moment.
  base::Result<void> bring_to(const HostTarget& target, Direction direction);

  // What the last wait for a healthy container has seen, oldest first.
  const std::vector<std::string>& probes() const { return probes_; }

 private:
  base::Result<void> one_step(const HostTarget& target, Direction direction, bool& last);
  base::Result<void> perform(const Step& step, const HostState& state, const HostTarget& target, Direction direction);
  base::Result<void> create(const Step& step, const HostTarget& target);
  base::Result<void> start(const Step& step);
  base::Result<void> leave(const HostTarget& target);
  base::Result<void> wait_for_permission(const std::vector<Seat>& seats);
  base::Result<void> wait_until_out(const std::vector<Seat>& seats);
  base::Result<void> await_healthy(const Step& step, const HostTarget& target);
  base::Result<void> probe_in_the_dark(const HostTarget& target, const std::vector<Seat>& seats);
  base::Result<void> enter(const HostTarget& target, Direction direction);
  void report(const std::string& component, const std::string& step, const std::string& text, Level level = Level::info,
              const std::string& detail = {});
  void wait_for(const std::string& component, const std::string& step, const std::string& text, const std::string& what,
                base::Timestamp deadline);

  Context& context_;
  Host& host_;
  std::string name_;
  Progress progress_;
  Phase phase_ = Phase::waiting;
  std::vector<std::string> probes_;
};

}  // namespace longshore::deployer
