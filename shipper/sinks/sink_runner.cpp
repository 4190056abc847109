#include "shipper/sinks/sink_runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace longshore::shipper {
namespace {

constexpr base::Duration kReadRetry = std::chrono::seconds(1);
constexpr base::Duration kAgeWarningEvery = std::chrono::hours(1);

// Runs something when a scope ends, also when a cancelled coroutine is unwound.
template <class F>
struct AtEnd {
  F run;
  ~AtEnd() { run(); }
};

}  // namespace

SinkRunner::SinkRunner(RunnerParts parts, RunnerOptions options, std::unique_ptr<Sender> sender)
    : parts_(std::move(parts)),
      options_(std::move(options)),
      sender_(std::move(sender)),
      builder_(options_.rules),
      gate_(options_.retry_min, options_.retry_max, kHoldPause,
            std::hash<std::string>{}(options_.name) ^ static_cast<std::uint64_t>(parts_.timers.wall().ns)),
      changed_(parts_.loop, parts_.timers),
      delivered_(parts_.loop, parts_.timers),
      tasks_(parts_.loop) {}

base::Result<void> SinkRunner::open() {
  TRY(cursor, parts_.spool.open_cursor(options_.name));
  saved_ = gathered_ = next_seq_ = cursor;
  reader_ = parts_.spool.reader(cursor);
  return {};
}

void SinkRunner::start() {
  pumping_ = true;
  tasks_.spawn("pump", pump());
  tasks_.spawn("save cursor", save_cursor());
}

void SinkRunner::notify(std::size_t bytes) {
  if (news_ == 0) news_since_ = parts_.timers.now();
  news_ += std::max<std::size_t>(bytes, 1);
  changed_.notify();
}

io::Task<void> SinkRunner::pump() {
  const AtEnd ended{[this] {
    pumping_ = false;
    changed_.notify();
  }};
  while (!stopping_) {
    if (!has_room()) {
      co_await changed_.wait();
      continue;
    }
    Fill got = co_await gather();
    if (got.full) dispatch(std::move(*got.full));
    while (has_room()) {
      std::optional<Payload> due = builder_.take_open(parts_.timers.now(), false);
      if (!due) break;
      dispatch(std::move(*due));
    }
    if (got.error) {
      last_error_ = "reading the spool: " + got.error->message;
      say(SinkLogLevel::warn, last_error_ + "; trying again");
      co_await changed_.wait(parts_.timers.now() + kReadRetry);
    }
    // Until there is something to read, or to send.
    while (got.idle && !stopping_ && news_ < worth_reading() && parts_.timers.now() < due()) co_await changed_.wait(due());
  }
  co_await drain();
}

io::Task<SinkRunner::Fill> SinkRunner::gather() {
  for (auto& body : std::exchange(spare_bodies_, {})) builder_.recycle(std::move(body));
  // Events have been waiting since their news came, not since somebody looked.
  const base::Duration since = news_ > 0 ? news_since_ : parts_.timers.now();
  news_ = 0;
  auto job = [this, since] { return fill(since); };
  co_return co_await io::run_blocking(parts_.pool, std::move(job));
}

// When something has waited for the sink's linger: what is gathered, or what is yet to be read.
base::Duration SinkRunner::due() const {
  return news_ > 0 ? std::min(builder_.due(), news_since_ + options_.rules.linger) : builder_.due();
}

SinkRunner::Fill SinkRunner::fill(base::Duration since) {
  Fill result;
  while (!builder_.has_full()) {
    if (!batch_ || next_event_ >= batch_->events.size()) {
      batch_.reset();
      auto next = reader_->next();
      if (!next) {
        result.error = std::move(next).error();
        return result;
      }
      result.idle = *next == nullptr;
      if (result.idle) return result;
      batch_ = std::move(*next);
      const std::uint64_t known = next_seq_ > batch_->first_seq ? next_seq_ - batch_->first_seq : 0;
      next_event_ = static_cast<std::size_t>(std::min<std::uint64_t>(known, batch_->events.size()));
    }
    next_event_ = builder_.add(*batch_, next_event_, since);
    next_seq_ = std::max(next_seq_, batch_->first_seq + next_event_);
  }
  result.full = builder_.take_full();
  return result;
}

// Stopping: what is gathered and what came last goes out, unless the sink is in trouble. A backlog stays in the spool.
io::Task<void> SinkRunner::drain() {
  std::size_t unread = news_;
  while (gate_.state() == io::Gate::State::ok) {
    if (!has_room()) {
      co_await changed_.wait();
      continue;
    }
    if (unread > 0) {
      Fill got = co_await gather();
      unread -= std::min(unread, got.full ? got.full->bytes() : unread);
      if (got.full) dispatch(std::move(*got.full));
      continue;
    }
    std::optional<Payload> open = builder_.take_open(parts_.timers.now(), true);
    if (!open) break;
    dispatch(std::move(*open));
  }
}

void SinkRunner::dispatch(Payload payload) {
  const auto place = in_flight_.insert(in_flight_.end(), std::move(payload));
  gathered_ = std::min(builder_.first_seq(), next_seq_);
  ++delivering_;
  if (!tasks_.spawn("deliver", deliver(place))) --delivering_;  // closed: it stays in the spool
}

io::Task<void> SinkRunner::deliver(std::list<Payload>::iterator place) {
  const AtEnd ended{[this] {
    --delivering_;
    changed_.notify();
  }};
  std::vector<Payload> rest;  // of a payload that was cut, last first
  bool settled = co_await deliver_piece(*place, rest);
  if (!rest.empty()) place->body.reset();
  while (settled && !rest.empty()) {
    const Payload piece = std::move(rest.back());
    rest.pop_back();
    settled = co_await deliver_piece(piece, rest);
  }
  if (!settled) co_return;  // stays in the list, and so before the cursor
  if (place->body) spare_bodies_.push_back(std::move(place->body));
  in_flight_.erase(place);
  delivered_.notify();
}

io::Task<bool> SinkRunner::deliver_piece(const Payload& piece, std::vector<Payload>& rest) {
  while (true) {
    const io::Gate::State before = gate_.state();
    const bool probe = before != io::Gate::State::ok;
    if (probe && stopping_) co_return false;
    if (!gate_.enter(parts_.timers.now())) {
      watch_age();
      co_await changed_.wait(gate_.opens_at());
      continue;
    }
    bool answered = false;
    const AtEnd probed{[this, probe, &answered] {
      if (!answered) gate_.gave_up(probe);
    }};
    const Outcome outcome = co_await sender_->send(piece);
    answered = true;
    const base::Duration now = parts_.timers.now();
    switch (outcome.verdict) {
      case Verdict::delivered:
        gate_.succeeded();
        settle(piece);
        break;
      case Verdict::retry:
        ++retries_;
        gate_.failed(now, outcome.pause, probe);
        break;
      case Verdict::hold:
        ++retries_;
        gate_.held(now, outcome.pause, probe);
        break;
      case Verdict::split:
        gate_.succeeded();  // it answers
        break;
    }
    note(before, outcome.reason);
    changed_.notify();
    if (outcome.verdict == Verdict::delivered) co_return true;
    if (outcome.verdict != Verdict::split) continue;
    if (piece.events() > 1) {
      auto [first, second] = split(piece);
      rest.push_back(std::move(second));
      rest.push_back(std::move(first));
      co_return true;
    }
    const std::uint64_t buried = dead_lettered_;
    co_await bury(piece, outcome.reason);
    if (dead_lettered_ != buried) co_return true;
  }
}

void SinkRunner::settle(const Payload& piece) {
  refused_in_row_ = 0;
  delivered_events_ += piece.events();
  delivered_bytes_ += piece.bytes();
}

// One event that the sink does not accept goes to the dead-letter file, as it was received. If the file cannot be written
// the event stays where it is, and the sink pauses.
io::Task<void> SinkRunner::bury(const Payload& piece, const std::string& reason) {
  const std::uint64_t seq = piece.first_seq;
  auto job = [this, seq, reason, now = parts_.timers.wall()]() -> base::Result<void> {
    const std::unique_ptr<SpoolReader> reader = parts_.spool.reader(seq);
    TRY(batch, reader->next());
    if (!batch || seq < batch->first_seq || seq >= batch->end_seq())
      return base::fail(base::Code::not_found, fmt::format("event {} is no longer in the spool", seq));
    return parts_.dead_letters.add({options_.name, reason, *batch, batch->events[seq - batch->first_seq], seq}, now);
  };
  const base::Result<void> written = co_await io::run_blocking(parts_.pool, std::move(job));
  const io::Gate::State before = gate_.state();
  if (!written) {
    gate_.failed(parts_.timers.now(), {}, false);
    note(before, "dead-letter file: " + written.error().message);
    co_return;
  }
  ++dead_lettered_;
  last_error_ = reason;
  say(SinkLogLevel::error, fmt::format("event {} is refused ({}) and is in the dead-letter file", seq, reason));
  if (++refused_in_row_ < kMostRefusedInRow) co_return;
  gate_.held(parts_.timers.now(), {}, false);
  note(before, fmt::format("{} events refused one after the other, none accepted ({}): check the sink's URL and format",
                           refused_in_row_, reason));
}

void SinkRunner::note(io::Gate::State before, const std::string& reason) {
  const io::Gate::State now = gate_.state();
  if (now != io::Gate::State::ok) last_error_ = reason;
  if (now == before) return;
  switch (now) {
    case io::Gate::State::ok:
      return say(SinkLogLevel::info, "delivers again");
    case io::Gate::State::retrying:
      return say(SinkLogLevel::warn, reason + "; trying again until it works, the spool keeps what waits");
    case io::Gate::State::held:
      return say(SinkLogLevel::error, reason + "; nothing is dropped, the queue waits: a person is needed");
  }
}

void SinkRunner::watch_age() {
  if (options_.retention <= base::Duration{} || in_flight_.empty()) return;
  const base::Duration age = parts_.timers.wall() - in_flight_.front().received;
  if (age < options_.retention * 4 / 5 || parts_.timers.now() < quiet_until_) return;
  quiet_until_ = parts_.timers.now() + kAgeWarningEvery;
  const auto minutes = [](base::Duration d) { return std::chrono::duration_cast<std::chrono::minutes>(d).count(); };
  say(SinkLogLevel::warn, fmt::format("the oldest waiting event is {} min old; the sink removes what is older than {} min",
                                      minutes(age), minutes(options_.retention)));
}

std::uint64_t SinkRunner::frontier() const {
  std::uint64_t lowest = gathered_;
  for (const Payload& payload : in_flight_) lowest = std::min(lowest, payload.first_seq);
  return lowest;
}

io::Task<void> SinkRunner::save_cursor() {
  while (!stopping_) {
    if (frontier() <= saved_) {
      co_await delivered_.wait();
      continue;
    }
    co_await save_cursor_once();
    const base::Duration next = parts_.timers.now() + kCursorInterval;
    while (!stopping_ && parts_.timers.now() < next) co_await delivered_.wait(next);
  }
}

io::Task<bool> SinkRunner::save_cursor_once() {
  const std::uint64_t to = frontier();
  if (to <= saved_) co_return true;
  auto job = [this, to] { return parts_.spool.advance_cursor(options_.name, to); };
  const base::Result<void> result = co_await io::run_blocking(parts_.pool, std::move(job));
  if (result) {
    saved_ = to;
  } else {
    last_error_ = "saving the cursor: " + result.error().message;
    say(SinkLogLevel::warn, last_error_ + "; delivered events may be sent again after a restart");
  }
  co_return result.has_value();
}

io::Task<void> SinkRunner::stop(base::Duration drain_limit) {
  stopping_ = true;
  changed_.notify();
  delivered_.notify();
  const base::Duration deadline = parts_.timers.now() + drain_limit;
  while ((pumping_ || delivering_ > 0) && parts_.timers.now() < deadline) co_await changed_.wait(deadline);
  tasks_.cancel();
  co_await tasks_.join();
  co_await save_cursor_once();
  sender_->close();
}

std::optional<std::uint64_t> SinkRunner::gathered() const {
  if (gate_.state() != io::Gate::State::ok) return std::nullopt;
  return gathered_;
}

SinkStatus SinkRunner::status() const {
  SinkStatus status;
  status.name = options_.name;
  status.type = options_.type;
  status.state = gate_.state() == io::Gate::State::ok         ? "ok"
                 : gate_.state() == io::Gate::State::retrying ? "retrying"
                                                              : "held";
  status.delivered = delivered_events_;
  status.delivered_bytes = delivered_bytes_;
  status.dead_lettered = dead_lettered_;
  status.retries = retries_;
  status.in_flight = delivering_;
  const std::uint64_t next = parts_.spool.stats().next_seq;
  status.backlog = next - std::min(next, frontier());
  if (!in_flight_.empty()) {
    const base::Duration age = parts_.timers.wall() - in_flight_.front().received;
    status.backlog_seconds = std::max(0.0, std::chrono::duration<double>(age).count());
  }
  status.last_error = last_error_;
  return status;
}

}  // namespace longshore::shipper
