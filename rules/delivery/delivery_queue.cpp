#include "rules/delivery/delivery_queue.hpp"

#include <algorithm>
#include <utility>

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;
using Change = AlertChange::Kind;
constexpr base::Duration kHoldPause = std::chrono::minutes(1);
constexpr int kLeastUrgent = 9;  // what has been told before

}  // namespace

DeliveryQueue::DeliveryQueue(const Options& options)
    : options_(options),
      gate_(options.retry_min, options.retry_max, kHoldPause, options.seed),
      bucket_(options.per_minute),
      random_(static_cast<unsigned>(options.seed | 1)) {}

void DeliveryQueue::add(std::uint64_t number, std::shared_ptr<const AlertChange> change, unsigned steps) {
  if (steps == 0) {
    settled_.push_back(number);
    return;
  }
  const auto [place, fresh] = lanes_.try_emplace(change->alias);
  Lane& lane = place->second;
  if (fresh) lane.alias = &place->first;
  take_out(lane);
  if (change->kind == Change::repeat || change->kind == Change::close) fold_repeat(lane, *change);
  lane.waiting.push_back({number, std::move(change), steps});
  ++counts_.waiting;
  if (lane.place == Place::nowhere) put(lane);
}

void DeliveryQueue::fold_repeat(Lane& lane, const AlertChange& by) {
  const bool begun = (lane.place == Place::busy && !lane.telling_held) || lane.step > 0 || !lane.request_id.empty();
  const auto old = std::find_if(lane.waiting.begin() + (begun ? 1 : 0), lane.waiting.end(), [&](const Item& item) {
    return item.change->kind == Change::repeat && item.change->episode == by.episode;
  });
  if (old == lane.waiting.end()) return;
  settled_.push_back(old->number);
  lane.waiting.erase(old);
  --counts_.waiting;
}

void DeliveryQueue::take_out(Lane& lane) {
  if (lane.place == Place::ready) ready_.erase(lane.key);
  if (lane.place == Place::later) later_.erase(lane.key);
  if (lane.place == Place::ready || lane.place == Place::later) lane.place = Place::nowhere;
}

void DeliveryQueue::put(Lane& lane) {
  if (lane.waiting.empty() && !lane.held) {
    if (failed_last_ == &lane) failed_last_ = nullptr;
    const std::string alias = *lane.alias;
    lanes_.erase(alias);
    return;
  }
  const bool of_held = lane.waiting.empty();
  const Item& item = of_held ? *lane.held : lane.waiting.front();
  if (!of_held && lane.held && item.change->kind != Change::repeat) {
    // It must not be told again once this has been told, not even after a crash.
    settle(lane, std::exchange(lane.held, std::nullopt)->number);
    return;
  }
  const base::Duration at = of_held ? lane.again : lane.not_before;
  lane.key = {at, of_held ? kLeastUrgent : static_cast<int>(item.change->priority), item.number, &lane};
  lane.place = at > base::Duration{} ? Place::later : Place::ready;
  (lane.place == Place::later ? later_ : ready_).insert(lane.key);
}

void DeliveryQueue::settle(Lane& lane, std::uint64_t number) {
  settled_.push_back(number);
  lane.place = Place::settling;
  settling_.emplace(number, &lane);
}

void DeliveryQueue::durable(std::span<const std::uint64_t> numbers) {
  for (const std::uint64_t number : numbers) {
    const auto found = settling_.extract(number);
    if (found.empty()) continue;
    found.mapped()->place = Place::nowhere;
    put(*found.mapped());
  }
}

base::Duration DeliveryQueue::due() const {
  base::Duration first = base::Duration::max();
  if (counts_.in_flight >= options_.max_in_flight) return first;
  if (!later_.empty()) first = later_.begin()->at;
  if (!ready_.empty()) first = {};
  if (first == base::Duration::max()) return first;
  return std::max({first, gate_.opens_at(), bucket_.opens_at()});
}

std::optional<DeliveryQueue::Job> DeliveryQueue::next(base::Duration now) {
  while (!later_.empty() && later_.begin()->at <= now) {
    Key key = later_.extract(later_.begin()).value();
    key.at = {};
    key.lane->key = key;
    key.lane->place = Place::ready;
    ready_.insert(key);
  }
  if (ready_.empty() || counts_.in_flight >= options_.max_in_flight || bucket_.opens_at() > now) return std::nullopt;
  const bool probe = gate_.state() != io::Gate::State::ok;
  if (!gate_.enter(now)) return std::nullopt;
  Lane& lane = *ready_.extract(ready_.begin()).value().lane;
  bucket_.take(now);
  ++counts_.in_flight;
  lane.place = Place::busy;
  lane.probe = probe;
  lane.telling_held = lane.waiting.empty();
  const Item& item = lane.telling_held ? *lane.held : lane.waiting.front();
  busy_.emplace(item.number, &lane);
  return Job{item.number, item.change, lane.step, lane.request_id};
}

void DeliveryQueue::answered(std::uint64_t number, const AlertVerdict& verdict, base::Duration now) {
  const auto found = busy_.extract(number);
  if (found.empty()) return;
  Lane& lane = *found.mapped();
  --counts_.in_flight;
  lane.place = Place::nowhere;
  delay(lane, {});
  tell_gate(lane, verdict, now);
  if (verdict.kind >= Kind::resend && verdict.kind != Kind::refused) ++counts_.retried;
  switch (verdict.kind) {
    case Kind::settled:
    case Kind::refused:
      told(lane, now, verdict.kind == Kind::refused);
      break;
    case Kind::ask:
      lane.request_id = verdict.request_id;
      delay(lane, now + kFirstAsk);
      break;
    case Kind::pending:
      if (++lane.asks < kMostAsks) {
        delay(lane, now + std::min<base::Duration>(kFirstAsk * (1 << std::min(lane.asks, 10U)), kAskMost));
        break;
      }
      [[fallthrough]];
    case Kind::resend:
      lane.request_id.clear();
      lane.asks = 0;
      back_off(lane, now);
      break;
    case Kind::retry:
      back_off(lane, now);
      break;
    case Kind::wait:
    case Kind::hold:
      // A sink that says how long it wants to be left alone has nothing against this request.
      if (verdict.pause == base::Duration{}) back_off(lane, now);
      break;
  }
  if (lane.place == Place::nowhere) put(lane);
}

void DeliveryQueue::back_off(Lane& lane, base::Duration now) {
  delay(lane, now + io::growing_pause(options_.retry_min, options_.retry_max, ++lane.failures, random_));
}

void DeliveryQueue::tell_gate(Lane& lane, const AlertVerdict& verdict, base::Duration now) {
  switch (verdict.kind) {
    case Kind::wait:
      failed_last_ = &lane;
      return gate_.failed(now, verdict.pause, lane.probe);
    case Kind::hold:
      return gate_.held(now, verdict.pause, lane.probe);
    case Kind::retry:
      // One request that fails may be to blame itself; two in a row are the sink.
      if (failed_last_ != nullptr && failed_last_ != &lane)
        gate_.failed(now, {}, lane.probe);
      else
        gate_.gave_up(lane.probe);
      failed_last_ = &lane;
      return;
    default:
      failed_last_ = nullptr;
      return gate_.succeeded();
  }
}

// The step that was under way has been answered for good.
void DeliveryQueue::told(Lane& lane, base::Duration now, bool refused) {
  lane.request_id.clear();
  lane.failures = lane.asks = 0;
  const Item& item = lane.telling_held ? *lane.held : lane.waiting.front();
  if (!refused && ++lane.step < item.steps) return;
  lane.step = 0;
  const bool close = item.change->kind == Change::close;
  if (lane.telling_held) {
    lane.again = now + options_.resend_every;
    if (refused || (close && now >= lane.held_until)) settle(lane, std::exchange(lane.held, std::nullopt)->number);
    return;
  }
  const Item done = std::move(lane.waiting.front());
  lane.waiting.pop_front();
  --counts_.waiting;
  ++(refused ? counts_.refused : counts_.delivered);
  if (refused || options_.resend_every == base::Duration{}) return settle(lane, done.number);
  lane.again = now + options_.resend_every;
  lane.held_until = now + kResendClosed;
  const std::optional<Item> before = std::exchange(lane.held, done);
  if (before) settle(lane, before->number);
}

}  // namespace longshore::rules
