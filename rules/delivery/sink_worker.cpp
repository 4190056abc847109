#include "rules/delivery/sink_worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/alert/alert_codec.hpp"
#include "rules/delivery/heartbeat.hpp"
#include "rules/delivery/http_verdict.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;
using State = io::Gate::State;
using telemetry::Level;

DeliveryQueue::Options queue_options(const DeliveryOptions& options, const MadeAlertSink& made, base::Timestamp now) {
  return {.max_in_flight = made.options.max_in_flight,
          .per_minute = made.options.per_minute,
          .retry_min = options.retry_min,
          .retry_max = options.retry_max,
          .resend_every = made.sink->resend_every(),
          .seed = std::hash<std::string>{}(made.options.name) ^ static_cast<std::uint64_t>(now.ns)};
}

}  // namespace

SinkWorker::SinkWorker(DeliveryParts parts, const DeliveryOptions& options, MadeAlertSink made,
                       AlertDeadLetters& dead_letters, std::function<void()> settled)
    : parts_(std::move(parts)),
      alarm_after_(options.alarm_after),
      made_(std::move(made)),
      dead_letters_(dead_letters),
      settled_(std::move(settled)),
      queue_(queue_options(options, made_, parts_.timers.wall())),
      changed_(parts_.loop, parts_.timers),
      tasks_(parts_.loop) {}

void SinkWorker::start() {
  pumping_ = true;
  tasks_.spawn("alerts to " + name(), pump());
  std::optional<AlertRequest> request = heartbeat_request(made_.options);
  if (request) tasks_.spawn("heartbeat of " + name(), beat(std::move(*request)));
}

void SinkWorker::add(std::uint64_t number, std::shared_ptr<const AlertChange> change) {
  const unsigned steps = made_.sink->steps(*change);
  queue_.add(number, std::move(change), steps);
  changed_.notify();
}

void SinkWorker::durable(std::span<const std::uint64_t> numbers) {
  queue_.durable(numbers);
  changed_.notify();
}

bool SinkWorker::drained() const {
  return stopping_ && (queue_.resting() || queue_.state() != State::ok || parts_.timers.now() >= deadline_);
}

io::Task<void> SinkWorker::pump() {
  while (!drained()) {
    while (std::optional<DeliveryQueue::Job> job = queue_.next(parts_.timers.now()))
      tasks_.spawn("alert to " + name(), send(std::move(*job)));
    settled_();
    watch_outage();
    base::Duration until = queue_.due();
    if (trouble_since_ > base::Duration{} && !alarmed_) until = std::min(until, trouble_since_ + alarm_after_);
    if (stopping_) until = std::min(until, deadline_);
    co_await changed_.wait(until);
  }
  pumping_ = false;
  changed_.notify();
}

io::Task<void> SinkWorker::send(DeliveryQueue::Job job) {
  const bool asks = !job.request_id.empty();
  AlertRequest request =
      asks ? made_.sink->question(job.request_id) : made_.sink->request(*job.change, job.step, parts_.timers.wall());
  const AlertAnswer answer = co_await made_.carrier->carry(std::move(request));
  AlertVerdict verdict = asks ? made_.sink->verdict_of_question(*job.change, job.step, answer)
                              : made_.sink->verdict(*job.change, job.step, answer);
  if (verdict.kind == Kind::refused) {
    const base::Result<void> buried = co_await bury(job, verdict.reason);
    if (!buried) verdict = {.kind = Kind::wait, .reason = "dead-letter file: " + buried.error().message};
  }
  const State before = queue_.state();
  queue_.answered(job.number, verdict, parts_.timers.now());
  note(before, verdict);
  changed_.notify();
}

io::Task<base::Result<void>> SinkWorker::bury(const DeliveryQueue::Job& job, const std::string& reason) {
  auto write = [this, change = job.change, reason, now = parts_.timers.wall()] {
    return dead_letters_.add(name(), reason, write_alert_change(*change), now);
  };
  base::Result<void> written = co_await io::run_blocking(parts_.pool, std::move(write));
  if (written) {
    const std::string text =
        fmt::format("alert {} is refused ({}) and is in the dead-letter file", job.change->alias, reason);
    say(Level::error, text);
    parts_.alarm(fmt::format("sink {}: {}", name(), text));
  }
  co_return written;
}

void SinkWorker::note(State before, const AlertVerdict& verdict) {
  if (!verdict.reason.empty() && verdict.kind != Kind::pending) last_error_ = verdict.reason;
  if (verdict.kind == Kind::settled) last_success_ = parts_.timers.wall();
  const State now = queue_.state();
  if (now == before) return;
  if (now == State::ok) {
    trouble_since_ = {};
    alarmed_ = false;
    return say(Level::info, "takes alerts again");
  }
  if (before == State::ok) trouble_since_ = parts_.timers.now();
  if (now == State::held)
    say(Level::error, verdict.reason + "; nothing is dropped, alerts wait: a person is needed");
  else
    say(Level::warn, verdict.reason + "; trying again until it works, alerts wait on disk");
}

void SinkWorker::watch_outage() {
  if (alarmed_ || trouble_since_ == base::Duration{} || parts_.timers.now() < trouble_since_ + alarm_after_) return;
  alarmed_ = true;
  const std::string text = fmt::format("takes no alerts since {} ({}); {} wait", base::format_duration(alarm_after_),
                                       last_error_, queue_.counts().waiting);
  say(Level::error, text);
  parts_.alarm(fmt::format("sink {} {}", name(), text));
}

io::Task<void> SinkWorker::beat(AlertRequest request) {
  bool well = true;
  while (!stopping_) {
    const base::Duration next = parts_.timers.now() + made_.options.heartbeat.every;
    AlertRequest ping = request;
    const AlertAnswer answer = co_await made_.carrier->carry(std::move(ping));
    const bool heard = answer.status >= 200 && answer.status < 300;
    if (heard != well) {
      const std::string text = heard ? "heartbeat is heard again" : "heartbeat is not heard: " + what_it_said(answer);
      say(heard ? Level::info : Level::warn, text);
    }
    well = heard;
    while (!stopping_ && parts_.timers.now() < next) co_await changed_.wait(next);
  }
}

void SinkWorker::drain(base::Duration deadline) {
  stopping_ = true;
  deadline_ = deadline;
  changed_.notify();
}

io::Task<void> SinkWorker::stop() {
  while (pumping_) co_await changed_.wait();
  tasks_.cancel();
  co_await tasks_.join();
}

AlertSinkStatus SinkWorker::status() const {
  const DeliveryQueue::Counts& counts = queue_.counts();
  return {.name = name(),
          .type = std::string(name_of(made_.options.type)),
          .state = queue_.state() == State::ok         ? "ok"
                   : queue_.state() == State::retrying ? "retrying"
                                                       : "held",
          .waiting = counts.waiting,
          .in_flight = counts.in_flight,
          .delivered = counts.delivered,
          .retried = counts.retried,
          .refused = counts.refused,
          .last_error = last_error_,
          .last_success = last_success_};
}

}  // namespace longshore::rules
