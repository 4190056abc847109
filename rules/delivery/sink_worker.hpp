// One sink at work on the loop: takes from its queue what may be sent, has it carried, and tells the queue what came of it.
// Loop thread. The owner awaits stop() before destroying it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/io/task_group.hpp"
#include "rules/delivery/dead_letters.hpp"
#include "rules/delivery/delivery.hpp"
#include "rules/delivery/delivery_queue.hpp"
#include "rules/delivery/make_alert_sink.hpp"

namespace longshore::rules {

class SinkWorker {
 public:
  // `settled`: called when take_settled() may have something. All that is referred to outlives the worker.
  SinkWorker(DeliveryParts parts, const DeliveryOptions& options, MadeAlertSink made, AlertDeadLetters& dead_letters,
             std::function<void()> settled);

  const std::string& name() const { return made_.options.name; }
  void start();
  void add(std::uint64_t number, std::shared_ptr<const AlertChange> change);
  std::vector<std::uint64_t> take_settled() { return queue_.take_settled(); }
  void durable(std::span<const std::uint64_t> numbers);

  // Begins to stop: sends what can be sent until `deadline`, unless the sink is in trouble.
  void drain(base::Duration deadline);
  io::Task<void> stop();  // after drain()
  AlertSinkStatus status() const;

 private:
  io::Task<void> pump();
  io::Task<void> send(DeliveryQueue::Job job);
  io::Task<base::Result<void>> bury(const DeliveryQueue::Job& job, const std::string& reason);
  io::Task<void> beat(AlertRequest request);
  void note(io::Gate::State before, const AlertVerdict& verdict);
  void watch_outage();
  void say(telemetry::Level level, const std::string& text) const { parts_.log(level, name(), text); }
  bool drained() const;

  DeliveryParts parts_;
  base::Duration alarm_after_;
  MadeAlertSink made_;
  AlertDeadLetters& dead_letters_;
  std::function<void()> settled_;
  DeliveryQueue queue_;
  io::Signal changed_;
  base::Duration trouble_since_{};  // 0: none
  bool alarmed_ = false;
  bool stopping_ = false, pumping_ = false;
  base::Duration deadline_{};
  std::string last_error_;
  base::Timestamp last_success_{};
  io::TaskGroup tasks_;  // last: its tasks use all of the above
};

}  // namespace longshore::rules
