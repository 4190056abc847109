#include "deployer/report/fan_out.hpp"

#include <utility>

#include "deployer/report/unfinished.hpp"

namespace longshore::deployer {

FanOut::FanOut(const base::Clock& clock, Redactor redactor, std::vector<std::unique_ptr<Reporter>> reporters,
               base::Duration interval)
    : clock_(clock), redactor_(std::move(redactor)), reporters_(std::move(reporters)), interval_(interval) {
  if (interval_.count() > 0) ticker_ = std::jthread([this](const std::stop_token& stop) { run_ticks(stop); });
}

FanOut::~FanOut() {
  if (unfinished_) finish(Summary(*unfinished_));
}

void FanOut::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  const std::lock_guard lock(mutex_);
  const Heading clean = redactor_.clean(heading);
  std::vector<NodePlan> clean_nodes;
  for (const NodePlan& node : nodes) clean_nodes.push_back(redactor_.clean(node));
  unfinished_ = unfinished_summary(clean, clean_nodes);
  unfinished_->outcome = "broke off for a fault of deployer itself";
  for (const auto& reporter : reporters_) reporter->begin(clean, clean_nodes);
}

void FanOut::on(const Event& event) {
  const std::lock_guard lock(mutex_);
  Event clean = redactor_.clean(event);
  clean.at = clock_.now();
  for (const auto& reporter : reporters_) reporter->on(clean);
}

void FanOut::tick(base::Timestamp now) {
  const std::lock_guard lock(mutex_);
  for (const auto& reporter : reporters_) reporter->tick(now);
}

void FanOut::finish(const Summary& summary) {
  if (ticker_.joinable()) {
    ticker_.request_stop();
    ticker_.join();
  }
  const std::lock_guard lock(mutex_);
  Summary clean = redactor_.clean(summary);
  if (clean.ended.ns == 0) clean.ended = clock_.now();
  for (const auto& reporter : reporters_) reporter->finish(clean);
  unfinished_.reset();
}

void FanOut::run_ticks(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    wake_.wait_for(lock, stop, interval_, [] { return false; });
    if (stop.stop_requested()) return;
    for (const auto& reporter : reporters_) reporter->tick(clock_.now());
  }
}

}  // namespace longshore::deployer
