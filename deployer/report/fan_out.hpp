// Hands what happens to every reporter: one at a time, with its time, and without secrets. The only way to a report, so that
// what is redacted here is redacted everywhere.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "common/base/clock.hpp"
#include "deployer/report/event.hpp"
#include "deployer/report/redactor.hpp"

namespace longshore::deployer {

class FanOut final : public Reporter {
 public:
  // `clock` outlives this. `interval`: between ticks, until finish, on a thread of its own; 0: none.
  FanOut(const base::Clock& clock, Redactor redactor, std::vector<std::unique_ptr<Reporter>> reporters,
         base::Duration interval = std::chrono::milliseconds(100));
  // Without finish() the run broke off: the reporters are told so, with exit code 70.
  ~FanOut() override;

  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override;
  void on(const Event& event) override;  // its time is given here
  void tick(base::Timestamp now) override;
  void finish(const Summary& summary) override;

 private:
  void run_ticks(const std::stop_token& stop);

  const base::Clock& clock_;
  const Redactor redactor_;
  const std::vector<std::unique_ptr<Reporter>> reporters_;
  const base::Duration interval_;
  std::mutex mutex_;  // of all below, and of the calls to reporters
  std::condition_variable_any wake_;
  std::optional<Summary> unfinished_;  // what would be told if the run broke off now
  std::jthread ticker_;
};

}  // namespace longshore::deployer
