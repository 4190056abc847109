// What waits for one sink, and what may be sent next. Pure: numbers in, jobs out, time (monotonic) handed in. One thread.
//
// Changes of one alias go one by one, in the order in which they were added; the next only when the one before is settled
// durably, so that after a crash no more than the last of each alias is sent again. Of different aliases the most urgent go
// first, then the oldest. A repeat that has not been begun gives way to a newer one of its episode, and to its close. One
// request at a time tries a sink in trouble (Gate); a request in trouble of its own does not hold up the others.
//
// A sink that must be told again (`resend_every`) keeps the last of each alias: what is open until its close, a close for
// kResendClosed. None of that is settled: so it survives a restart.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/io/gate.hpp"
#include "rules/delivery/alert_sink.hpp"
#include "rules/delivery/token_bucket.hpp"

namespace longshore::rules {

class DeliveryQueue {
 public:
  static constexpr base::Duration kResendClosed = std::chrono::minutes(5);
  static constexpr base::Duration kFirstAsk = std::chrono::milliseconds(250), kAskMost = std::chrono::seconds(10);
  static constexpr unsigned kMostAsks = 60;  // about ten minutes; what is still pending then counts as lost

  struct Options {
    std::uint32_t max_in_flight = 4;
    std::uint32_t per_minute = 0;  // requests; 0: no limit
    base::Duration retry_min = std::chrono::seconds(1), retry_max = std::chrono::seconds(30);
    base::Duration resend_every = {};
    std::uint64_t seed = 1;
  };
  struct Job {
    std::uint64_t number = 0;
    std::shared_ptr<const AlertChange> change;
    unsigned step = 0;
    std::string request_id;  // not empty: ask for its state
  };
  struct Counts {
    std::uint64_t waiting = 0;                              // changes that have not been told
    std::uint64_t in_flight = 0;                            // requests
    std::uint64_t delivered = 0, retried = 0, refused = 0;  // since the start; what is told again does not count
  };

  explicit DeliveryQueue(const Options& options);

  // `number`: never used twice. `steps`: requests that tell it; 0: it is settled at once.
  void add(std::uint64_t number, std::shared_ptr<const AlertChange> change, unsigned steps);
  // To be sent now, if there is something; answered() says what came of it.
  std::optional<Job> next(base::Duration now);
  // When next() may have something; Duration::max(): not before something else happens.
  base::Duration due() const;
  void answered(std::uint64_t number, const AlertVerdict& verdict, base::Duration now);

  // Numbers that are settled and must be made durable; then durable() is told of them.
  std::vector<std::uint64_t> take_settled() { return std::exchange(settled_, {}); }
  void durable(std::span<const std::uint64_t> numbers);

  io::Gate::State state() const { return gate_.state(); }
  // Nothing is under way, and nothing waits but what has been told.
  bool resting() const { return counts_.waiting == 0 && counts_.in_flight == 0; }
  const Counts& counts() const { return counts_; }

 private:
  struct Item {
    std::uint64_t number = 0;
    std::shared_ptr<const AlertChange> change;
    unsigned steps = 1;
  };
  struct Lane;
  struct Key {  // in ready_: urgency and number; in later_: the time before them
    base::Duration at{};
    int urgency = 0;
    std::uint64_t number = 0;
    Lane* lane = nullptr;
    auto operator<=>(const Key&) const = default;
  };
  enum class Place { nowhere, ready, later, busy, settling };
  struct Lane {
    const std::string* alias = nullptr;
    std::deque<Item> waiting;
    std::optional<Item> held;  // has been told, and is to be told again at `again`
    base::Duration again{};
    base::Duration held_until{};  // of a close
    base::Duration not_before{};  // for the first that waits
    unsigned step = 0, failures = 0, asks = 0;
    std::string request_id;
    Place place = Place::nowhere;
    Key key;                    // where it is in ready_ or later_
    bool telling_held = false;  // of what is busy
    bool probe = false;         // likewise: it tries a sink in trouble
  };

  void put(Lane& lane);       // where it belongs; it may be gone afterwards
  void take_out(Lane& lane);  // of ready_ and later_
  void settle(Lane& lane, std::uint64_t number);
  void fold_repeat(Lane& lane, const AlertChange& by);
  void told(Lane& lane, base::Duration now, bool refused);
  void tell_gate(Lane& lane, const AlertVerdict& verdict, base::Duration now);
  void delay(Lane& lane, base::Duration until) { (lane.telling_held ? lane.again : lane.not_before) = until; }
  void back_off(Lane& lane, base::Duration now);

  Options options_;
  io::Gate gate_;
  TokenBucket bucket_;
  std::minstd_rand random_;
  std::unordered_map<std::string, Lane> lanes_;  // by alias
  std::set<Key> ready_, later_;
  std::unordered_map<std::uint64_t, Lane*> busy_, settling_;  // by number
  std::vector<std::uint64_t> settled_;
  const Lane* failed_last_ = nullptr;  // since the last answer that was good
  Counts counts_;
};

}  // namespace longshore::rules
