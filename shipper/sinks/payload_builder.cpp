#include "shipper/sinks/payload_builder.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace longshore::shipper {
namespace {

constexpr std::size_t kSpareBodies = 4;
constexpr std::int64_t kHourNs = 3'600'000'000'000;

}  // namespace

PayloadBuilder::PayloadBuilder(PayloadRules rules) : rules_(std::move(rules)), encoder_(rules_.encoder) {}

std::size_t PayloadBuilder::add(const Batch& batch, std::size_t from, base::Duration now) {
  if (from >= batch.events.size()) return from;
  encoder_.begin(batch);
  places_.assign(batch.sources.size() + 1, SIZE_MAX);
  for (std::size_t i = from; i < batch.events.size(); ++i) {
    const Event& event = batch.events[i];
    const std::size_t place = place_of(batch, event.source);
    Open& open = open_[place];
    const std::size_t before = open.out.size();
    const bool cut = encoder_.append(event, open.out);
    if (before > 0 && open.out.size() > rules_.max_bytes) {  // this event begins the next payload
      open.out.truncate(before);
      full_ = close(place);
      return i;
    }
    if (cut) ++cut_events_;
    const std::uint64_t seq = batch.first_seq + i;
    if (before == 0) {
      open.since = now;
      open.payload.first_seq = seq;
      open.payload.received = batch.received;
    }
    open.payload.lines.push_back(
        {static_cast<std::uint32_t>(open.out.size()), static_cast<std::uint32_t>(seq - open.payload.first_seq)});
    open_bytes_ += open.out.size() - before;
    if (open_bytes_ >= rules_.max_bytes) {
      close_largest();
      return i + 1;
    }
  }
  return batch.events.size();
}

std::size_t PayloadBuilder::place_of(const Batch& batch, std::uint16_t source) {
  std::size_t& place = places_[std::min<std::size_t>(source, batch.sources.size())];
  if (place != SIZE_MAX) return place;
  std::string partition;
  if (rules_.partition && source < batch.sources.size()) partition = rules_.partition(batch.sources[source]);
  place = find_place(std::move(partition), rules_.by_hour ? batch.received.ns / kHourNs : 0);
  return place;
}

std::size_t PayloadBuilder::find_place(std::string partition, std::int64_t hour) {
  const auto same = [&](const Open& open) { return open.payload.partition == partition && open.payload.hour == hour; };
  const auto found = std::ranges::find_if(open_, same);
  if (found != open_.end()) return static_cast<std::size_t>(found - open_.begin());
  // An empty place is taken over: the list is as long as there are partitions with something in them.
  const auto empty = std::ranges::find_if(open_, [](const Open& open) { return open.out.empty(); });
  Open& open = empty != open_.end() ? *empty : open_.emplace_back();
  open.payload.partition = std::move(partition);
  open.payload.hour = hour;
  return static_cast<std::size_t>(&open - open_.data());
}

Payload PayloadBuilder::close(std::size_t index) {
  Open& open = open_[index];
  open_bytes_ -= open.out.size();
  Payload payload = std::exchange(open.payload, {});
  payload.body = std::make_shared<std::string>(open.out.take());
  if (!spare_.empty()) {
    open.out = Output(std::move(spare_.back()));
    spare_.pop_back();
  }
  return payload;
}

void PayloadBuilder::close_largest() {
  const auto size = [](const Open& open) { return open.out.size(); };
  full_ = close(static_cast<std::size_t>(std::ranges::max_element(open_, {}, size) - open_.begin()));
}

Payload PayloadBuilder::take_full() {
  Payload payload = std::move(*full_);
  full_.reset();
  return payload;
}

std::optional<Payload> PayloadBuilder::take_open(base::Duration now, bool all) {
  std::size_t oldest = open_.size();
  for (std::size_t i = 0; i < open_.size(); ++i)
    if (!open_[i].out.empty() && (oldest == open_.size() || open_[i].since < open_[oldest].since)) oldest = i;
  if (oldest == open_.size() || (!all && open_[oldest].since + rules_.linger > now)) return std::nullopt;
  return close(oldest);
}

base::Duration PayloadBuilder::due() const {
  base::Duration first = base::Duration::max();
  for (const Open& open : open_)
    if (!open.out.empty()) first = std::min(first, open.since + rules_.linger);
  return first;
}

std::uint64_t PayloadBuilder::first_seq() const {
  std::uint64_t first = full_ ? full_->first_seq : UINT64_MAX;
  for (const Open& open : open_)
    if (!open.out.empty()) first = std::min(first, open.payload.first_seq);
  return first;
}

void PayloadBuilder::recycle(std::shared_ptr<std::string> body) {
  if (spare_.size() < kSpareBodies && body.use_count() == 1) spare_.push_back(std::move(*body));
}

}  // namespace longshore::shipper
