#include "rules/delivery/delivery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "common/io/task_group.hpp"
#include "rules/alert/alert_codec.hpp"
#include "rules/delivery/alert_spool.hpp"
#include "rules/delivery/sink_worker.hpp"

namespace longshore::rules {
namespace {

using telemetry::Level;
using ChangePtr = std::shared_ptr<const AlertChange>;

// Numbers from here on are of changes that the disk would not take: they live in memory only.
constexpr std::uint64_t kUnsaved = 1ULL << 62;
constexpr std::size_t kMostUnsaved = 10'000;  // while the disk hangs; above it repeats and notes give way
constexpr base::Duration kSaveRetry = std::chrono::seconds(1);
// In the journal, what is open waits for this name as it waits for a sink: until its close is there.
const std::string kOpenAlerts = "(open alerts)";

}  // namespace

class Delivery::Impl {
 public:
  Impl(DeliveryOptions options, DeliveryParts parts)
      : options_(std::move(options)),
        parts_(std::move(parts)),
        dead_letters_(parts_.file_system, options_.directory + "/dead-letters", options_.dead_letters),
        to_save_(parts_.loop, parts_.timers),
        saved_signal_(parts_.loop, parts_.timers),
        tasks_(parts_.loop) {}

  base::Result<void> open();
  void start();
  void submit(AlertChange change);
  io::Task<void> saved();
  bool all_saved() const { return handled_ == submitted_; }
  io::Task<void> stop(base::Duration drain_limit);
  DeliveryStatus status() const;
  std::vector<AlertChange> open_alerts() const;

 private:
  struct OpenAlert {
    std::uint64_t number;
    ChangePtr change;
  };
  struct Batch {  // what one job on the pool makes durable
    std::vector<ChangePtr> changes;
    std::vector<AlertSpool::Settled> settled;
    base::Result<std::vector<std::uint64_t>> numbers;
  };
  base::Result<void> load();
  Batch take_batch();
  void save(Batch& batch);  // on the pool
  io::Task<void> keep_journal();
  void remember(std::uint64_t number, const ChangePtr& change);
  void hand_out(const Batch& batch);
  io::Task<void> bury(std::vector<ChangePtr> changes);
  void raise(bool& raised, const std::string& text);

  DeliveryOptions options_;
  DeliveryParts parts_;
  AlertDeadLetters dead_letters_;
  std::unique_ptr<AlertSpool> spool_;  // the running job's
  AlertSpool::Counts counts_;          // as of the last job
  std::vector<std::unique_ptr<SinkWorker>> workers_;
  std::vector<ChangePtr> unsaved_;
  std::vector<AlertSpool::Settled> unsettled_;  // settled, but the disk has not taken it yet
  std::map<std::string, OpenAlert> open_;       // by alias: opened, and not closed
  std::uint64_t submitted_ = 0, handled_ = 0;
  std::uint64_t given_way_ = 0;  // repeats and notes above kMostUnsaved
  std::uint64_t next_unsaved_ = kUnsaved;
  bool disk_alarm_ = false, room_alarm_ = false;
  bool closing_ = false;
  io::Signal to_save_, saved_signal_;
  io::TaskGroup tasks_;  // last: its tasks use all of the above
};

base::Result<void> Delivery::Impl::open() {
  std::set<std::string> names;
  for (AlertSinkOptions& options : options_.sinks) {
    TRY(made, make_alert_sink(std::move(options), parts_.loop, parts_.pool, parts_.file_system));
    if (parts_.make_carrier) made.carrier = parts_.make_carrier(made.options);
    if (!names.insert(made.options.name).second)
      return base::fail(base::Code::invalid,
                        fmt::format("alerts: two sinks are named \"{}\": rename one", made.options.name));
    workers_.push_back(
        std::make_unique<SinkWorker>(parts_, options_, std::move(made), dead_letters_, [this] { to_save_.notify(); }));
  }
  names.insert(kOpenAlerts);
  TRY(spool, AlertSpool::open(parts_.file_system, options_.directory, std::move(names), options_.limit));
  spool_ = std::make_unique<AlertSpool>(std::move(spool));
  return load();
}

// What was left waiting by the last process.
base::Result<void> Delivery::Impl::load() {
  counts_ = spool_->counts();
  if (counts_.damaged > 0)
    parts_.log(
        Level::error, "",
        fmt::format("{}: {} damaged stretches were skipped: alerts may be lost", options_.directory, counts_.damaged));
  for (const auto& [number, entry] : spool_->waiting()) {
    auto change = read_alert_change(entry.line);
    const ChangePtr shared = change ? std::make_shared<const AlertChange>(std::move(*change)) : nullptr;
    if (!shared) {
      const std::string why = change.error().message;
      TRY_VOID(dead_letters_.add("unreadable", why, fmt::format("{{\"number\":{}}}", number), parts_.timers.wall()));
      parts_.log(Level::error, "", why);
    }
    for (const std::string& name : entry.pending) {
      if (name == kOpenAlerts && shared) {
        remember(number, shared);
        continue;
      }
      const auto worker =
          std::ranges::find(workers_, name, [](const auto& each) -> const std::string& { return each->name(); });
      if (shared)
        (*worker)->add(number, shared);
      else
        unsettled_.push_back({name, number});
    }
  }
  return {};
}

// What the journal knows to be open. The rest needs not wait for that.
void Delivery::Impl::remember(std::uint64_t number, const ChangePtr& change) {
  const auto done = [this](std::uint64_t each) { unsettled_.push_back({kOpenAlerts, each}); };
  const auto open = open_.find(change->alias);
  if (change->kind == AlertChange::Kind::open) {
    if (open != open_.end()) done(open->second.number);
    open_.insert_or_assign(change->alias, OpenAlert{number, change});
    return;
  }
  done(number);
  if (change->kind != AlertChange::Kind::close || open == open_.end()) return;
  done(open->second.number);
  open_.erase(open);
}

std::vector<AlertChange> Delivery::Impl::open_alerts() const {
  std::vector<AlertChange> all;
  for (const auto& [alias, open] : open_) all.push_back(*open.change);
  return all;
}

void Delivery::Impl::start() {
  tasks_.spawn("journal of alerts", keep_journal());
  for (const auto& worker : workers_) worker->start();
}

void Delivery::Impl::submit(AlertChange change) {
  const bool may_give_way = change.kind == AlertChange::Kind::repeat || change.kind == AlertChange::Kind::note;
  if (may_give_way && unsaved_.size() >= kMostUnsaved) {
    ++given_way_;
    return;
  }
  unsaved_.push_back(std::make_shared<const AlertChange>(std::move(change)));
  ++submitted_;
  to_save_.notify();
}

io::Task<void> Delivery::Impl::saved() {
  const std::uint64_t until = submitted_;
  while (handled_ < until) co_await saved_signal_.wait();
}

Delivery::Impl::Batch Delivery::Impl::take_batch() {
  Batch batch{std::exchange(unsaved_, {}), std::exchange(unsettled_, {}), {}};
  for (const auto& worker : workers_)
    for (const std::uint64_t number : worker->take_settled()) batch.settled.push_back({worker->name(), number});
  return batch;
}

void Delivery::Impl::save(Batch& batch) {
  std::vector<AlertSpool::Line> lines;
  std::vector<AlertSpool::Settled> settled;
  for (const ChangePtr& change : batch.changes) lines.push_back({change->kind, write_alert_change(*change)});
  std::ranges::copy_if(batch.settled, std::back_inserter(settled), [](const auto& each) { return each.number < kUnsaved; });
  batch.numbers = spool_->save(lines, settled);
}

io::Task<void> Delivery::Impl::keep_journal() {
  while (true) {
    Batch batch = take_batch();
    if (batch.changes.empty() && batch.settled.empty()) {
      if (closing_) co_return;
      co_await to_save_.wait();
      continue;
    }
    const auto job = [this, &batch] { save(batch); };
    co_await io::run_blocking(parts_.pool, job);
    counts_ = spool_->counts();
    hand_out(batch);
    if (!batch.numbers) {
      unsettled_ = std::move(batch.settled);
      raise(disk_alarm_,
            "the journal of alerts cannot be written, they go out all the same but would not survive a crash: " +
                batch.numbers.error().message);
      if (closing_) co_return;
      const base::Duration next = parts_.timers.now() + kSaveRetry;
      while (!closing_ && unsaved_.empty() && parts_.timers.now() < next) co_await to_save_.wait(next);
      continue;
    }
    disk_alarm_ = false;
    std::vector<ChangePtr> no_room;
    for (std::size_t i = 0; i < batch.changes.size(); ++i)
      if ((*batch.numbers)[i] == 0) no_room.push_back(batch.changes[i]);
    if (no_room.empty() && !batch.changes.empty()) room_alarm_ = false;
    if (!no_room.empty()) co_await bury(std::move(no_room));
  }
}

// What is on disk, or cannot be, goes to the sinks; what they have settled is done with.
void Delivery::Impl::hand_out(const Batch& batch) {
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    const std::uint64_t number = batch.numbers ? (*batch.numbers)[i] : next_unsaved_++;
    if (number == 0) continue;
    if (number < kUnsaved) remember(number, batch.changes[i]);
    for (const auto& worker : workers_) worker->add(number, batch.changes[i]);
  }
  for (const auto& worker : workers_) {
    std::vector<std::uint64_t> numbers;
    for (const auto& [sink, number] : batch.settled)
      if (sink == worker->name()) numbers.push_back(number);
    if (!numbers.empty()) worker->durable(numbers);
  }
  handled_ += batch.changes.size();
  saved_signal_.notify();
}

// Changes that found no room: repeats and notes are only counted, opens and closes are kept for a person.
io::Task<void> Delivery::Impl::bury(std::vector<ChangePtr> changes) {
  std::erase_if(changes, [](const ChangePtr& change) {
    return change->kind == AlertChange::Kind::repeat || change->kind == AlertChange::Kind::note;
  });
  if (changes.empty()) co_return;
  raise(room_alarm_, options_.directory +
                         ": too many alerts wait for their sinks, further ones go to the dead-letter file: "
                         "see why the sinks do not take them");
  const auto job = [this, &changes, now = parts_.timers.wall()]() -> base::Result<void> {
    for (const ChangePtr& change : changes)
      TRY_VOID(dead_letters_.add("no-room", "too many alerts wait", write_alert_change(*change), now));
    return {};
  };
  const base::Result<void> written = co_await io::run_blocking(parts_.pool, job);
  if (!written) parts_.log(Level::error, "", "alerts are lost: dead-letter file: " + written.error().message);
}

void Delivery::Impl::raise(bool& raised, const std::string& text) {
  if (std::exchange(raised, true)) return;
  parts_.log(Level::error, "", text);
  parts_.alarm(text);
}

io::Task<void> Delivery::Impl::stop(base::Duration drain_limit) {
  co_await saved();
  const base::Duration deadline = parts_.timers.now() + drain_limit;
  for (const auto& worker : workers_) worker->drain(deadline);
  for (const auto& worker : workers_) co_await worker->stop();
  closing_ = true;
  to_save_.notify();
  co_await tasks_.join();
}

DeliveryStatus Delivery::Impl::status() const {
  DeliveryStatus status;
  for (const auto& worker : workers_) status.sinks.push_back(worker->status());
  status.unsaved = submitted_ - handled_;
  status.no_room = counts_.no_room + given_way_;
  status.damaged = counts_.damaged;
  return status;
}

Delivery::Delivery(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Delivery::~Delivery() = default;

base::Result<std::unique_ptr<Delivery>> Delivery::open(DeliveryOptions options, DeliveryParts parts) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(parts));
  TRY_VOID(impl->open());
  return std::unique_ptr<Delivery>(new Delivery(std::move(impl)));
}

void Delivery::start() { impl_->start(); }
void Delivery::submit(AlertChange change) { impl_->submit(std::move(change)); }
io::Task<void> Delivery::saved() { return impl_->saved(); }
bool Delivery::all_saved() const { return impl_->all_saved(); }
io::Task<void> Delivery::stop(base::Duration drain_limit) { return impl_->stop(drain_limit); }
DeliveryStatus Delivery::status() const { return impl_->status(); }
std::vector<AlertChange> Delivery::open_alerts() const { return impl_->open_alerts(); }

}  // namespace longshore::rules
