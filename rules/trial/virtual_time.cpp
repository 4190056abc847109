#include "rules/trial/virtual_time.hpp"

#include <algorithm>

namespace longshore::rules {

base::Duration longest_echo(const RuleSpec& rule) {
  struct Window {
    base::Duration operator()(const CountWhen& when) const { return when.within; }
    base::Duration operator()(const AbsentWhen& when) const { return when.after; }
    base::Duration operator()(const DistinctWhen& when) const { return when.within; }
    base::Duration operator()(const RatioWhen& when) const { return when.within; }
    base::Duration operator()(const RateWhen& when) const { return 2 * when.within; }
    base::Duration operator()(const SequenceWhen& when) const { return when.within; }
    base::Duration operator()(const FirstSeenWhen&) const { return {}; }
  };
  return std::visit(Window{}, rule.when) + rule.open_for + rule.keep + std::chrono::seconds(1);
}

VirtualTime::VirtualTime(std::shared_ptr<const Program> program, EngineOptions options, base::Timestamp start,
                         Engine::Tell tell)
    : engine_(std::move(program), std::move(options), std::move(tell)), now_(start) {
  engine_.tick(now_);
}

void VirtualTime::run_until(base::Timestamp time) {
  while (engine_.next_due() <= time) {
    const base::Timestamp due = std::max(engine_.next_due(), now_);
    const base::Timestamp before = std::exchange(now_, due);
    engine_.tick(due);
    if (engine_.next_due() <= due && due == before) break;  // it has nothing to say after all
  }
  now_ = std::max(now_, time);
}

void VirtualTime::show(const EventView& event) {
  run_until(event.time);
  engine_.evaluate({&event, 1}, now_);
}

void VirtualTime::finish() {
  base::Duration longest{};
  for (const RuleSpec& rule : engine_.program().set.rules) longest = std::max(longest, longest_echo(rule));
  run_until(now_ + longest);
}

}  // namespace longshore::rules
