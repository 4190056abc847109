#include "shipper/pipeline/batcher.hpp"

#include <utility>

#include "common/io/sleep.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kSpareBatches = 4;
// A batch that one huge message has grown is not kept: memory stays within its bound.
constexpr std::size_t kLargestSpare = 4 << 20;
// One batch each so long at the least: a slow sink never holds sources below 100 MiB/s.
constexpr auto kTurnWait = std::chrono::milliseconds(10);
constexpr auto kTurnLook = std::chrono::milliseconds(1);
constexpr std::size_t kHeadroom = 256 << 10;

}  // namespace

Batcher::Batcher(boost::asio::any_io_executor loop, BatcherOptions options, const base::Clock& clock,
                 std::function<void(std::shared_ptr<Batch>)> sealed)
    : options_(options),
      clock_(clock),
      sealed_(std::move(sealed)),
      pool_(kSpareBatches, kLargestSpare),
      seal_timer_(loop),
      room_(loop) {
  room_.expires_at(std::chrono::steady_clock::time_point::max());
}

SourceId Batcher::add_source(const SourceInfo& info) {
  // A source that comes back after a reload goes on with its counters.
  for (SourceId id = 0; id < sources_.size(); ++id) {
    if (sources_[id].info.name != info.name) continue;
    sources_[id].info = info;
    return id;
  }
  sources_.emplace_back().info = info;
  return static_cast<SourceId>(sources_.size() - 1);
}

void Batcher::set_transforms(SourceId source, TransformChain chain) { sources_[source].chain = std::move(chain); }

Batch& Batcher::batch() {
  if (!open_) {
    open_ = pool_.get();
    open_->arena.reserve(options_.group_size.value + kHeadroom);
    open_->received = clock_.now();
  }
  return *open_;
}

void Batcher::finish(SourceId source, std::size_t first_event, std::size_t wire_bytes) {
  Source& from = sources_[source];
  Batch& to = batch();
  const std::size_t arrived = to.events.size() - first_event;
  from.counters.received += arrived;
  from.counters.bytes += wire_bytes;
  if (arrived > 0) {
    set_source(from, first_event);
    if (!from.chain.empty()) from.chain.apply(to, first_event, clock_.now(), from.counters);
    pass_on(from, first_event);
  }
  seal_or_arm();
}

void Batcher::set_source(const Source& from, std::size_t first_event) {
  Batch& to = *open_;
  const std::uint16_t index = to.source_index(from.info);
  for (std::size_t i = first_event; i < to.events.size(); ++i) to.events[i].source = index;
}

void Batcher::pass_on(Source& from, std::size_t first_event) {
  const Batch& to = *open_;
  if (to.events.size() == first_event) return;
  from.counters.passed += to.events.size() - first_event;
  if (evaluator_ != nullptr) show_to_rules(first_event);
  if (observer_) observer_(to, first_event);
}

void Batcher::seal_or_arm() {
  const Batch& open = *open_;
  if (open.events.empty() && open.checkpoints.empty() && open.on_durable.empty()) return;
  // An acknowledgement that somebody waits for goes to the disk at once or, while the disk is busy, right after: settled().
  const bool waited_for = !open.on_durable.empty() && pending_bytes_ == 0;
  if (options_.seal_at_once || waited_for || weight(open) >= options_.group_size.value)
    seal();
  else
    arm();
}

void Batcher::drop(SourceId source, std::string_view reason, std::uint64_t count) {
  SourceCounters& counters = sources_[source].counters;
  counters.received += count;
  counters.drop(reason, count);
}

void Batcher::tick(base::Timestamp now) {
  if (evaluator_ != nullptr && now != base::kNever) evaluator_->tick(now);
  for (SourceId source = 0; source < sources_.size(); ++source) {
    Source& from = sources_[source];
    if (from.chain.empty() || from.chain.next_deadline() > now) continue;
    Batch& to = batch();
    const std::size_t first = to.events.size();
    from.chain.flush(to, now, from.counters);
    set_source(from, first);
    pass_on(from, first);
    seal_or_arm();
  }
}

std::uint64_t Batcher::pending_events() const {
  std::uint64_t sum = pending_events_ + (open_ ? open_->events.size() : 0);
  for (const Source& source : sources_) sum += source.chain.held();
  return sum;
}

io::Task<void> Batcher::wait_accepting() {
  while (!accepting()) co_await room_.async_wait(io::kNoThrow);
}

io::Task<void> Batcher::wait_turn() {
  const auto end = std::chrono::steady_clock::now() + kTurnWait;
  while (ahead()) {
    co_await io::sleep_for(kTurnLook);
    if (std::chrono::steady_clock::now() >= end) waited_for_ = sealed_batches_;
  }
}

void Batcher::flush() {
  if (open_) seal();
}

void Batcher::seal() {
  seal_timer_.cancel();
  armed_ = false;
  pending_bytes_ += weight(*open_);
  pending_events_ += open_->events.size();
  ++sealed_batches_;
  sealed_(std::exchange(open_, nullptr));
}

void Batcher::arm() {
  if (std::exchange(armed_, true)) return;
  seal_timer_.expires_after(options_.interval);
  seal_timer_.async_wait([this](boost::system::error_code error) {
    if (error || !armed_) return;
    armed_ = false;
    if (open_) seal();
  });
}

void Batcher::settled(const Batch& batch) {
  pending_bytes_ -= weight(batch);
  pending_events_ -= batch.events.size();
  if (accepting()) room_.cancel();
  if (open_ && !open_->on_durable.empty()) seal_or_arm();
}

void Batcher::show_to_rules(std::size_t first_event) {
  const Batch& batch = *open_;
  views_.clear();
  for (std::size_t i = first_event; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    views_.push_back({.time = {event.time_ns},
                      .priority = event.priority,
                      .message = batch.text(event.message),
                      .raw = batch.text(event.frame),
                      .host = batch.text(event.host()),
                      .app = batch.text(event.app()),
                      .procid = batch.text(event.procid()),
                      .msgid = batch.text(event.msgid()),
                      .structured_data = batch.text(event.structured_data),
                      .fields = batch.text(event.fields),
                      .source = batch.sources[event.source].name,
                      .tags = batch.sources[event.source].tags});
  }
  evaluator_->evaluate(views_, clock_.now());
}

}  // namespace longshore::shipper
