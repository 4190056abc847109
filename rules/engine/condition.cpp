#include "rules/engine/condition.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "rules/engine/period_counts.hpp"
#include "rules/engine/recent_times.hpp"

namespace longshore::rules {
namespace {

using base::Timestamp;

template <class Number>
bool compare(Number left, Comparison comparison, Number right) {
  switch (comparison) {
    case Comparison::less:
      return left < right;
    case Comparison::at_most:
      return left <= right;
    case Comparison::at_least:
      return left >= right;
    case Comparison::more:
      return left > right;
  }
  return false;
}

// The `least` newest of something happened within the window: true from the first moment to the last of that.
Holding within_window(std::int64_t nth_newest, base::Duration within, Timestamp now) {
  const bool holds = nth_newest != std::numeric_limits<std::int64_t>::min() && nth_newest > now.ns - within.count();
  return {holds, holds ? Timestamp{nth_newest} + within : base::kNever};
}

class Every final : public Condition {
 public:
  Holding match(const Match& match) override { return {true, match.time}; }
  Holding at(Timestamp) override { return {}; }
  std::size_t bytes() const override { return sizeof *this; }
};

class Count final : public Condition {
 public:
  explicit Count(const CountWhen& when) : when_(when), times_(when.within, when.least) {}
  Holding match(const Match& match) override {
    if (times_.add(match.time)) newest_ = std::max(newest_, match.time);
    return at(newest_);
  }
  Holding at(Timestamp now) override { return within_window(times_.nth_newest(when_.least), when_.within, now); }
  std::uint64_t matches() const override { return when_.least; }
  std::size_t bytes() const override { return sizeof *this + times_.bytes(); }

 private:
  CountWhen when_;
  RecentTimes times_;
  Timestamp newest_{std::numeric_limits<std::int64_t>::min()};
};

class Distinct final : public Condition {
 public:
  explicit Distinct(const DistinctWhen& when) : least_(when.least), within_(when.within) {}
  Holding match(const Match& match) override {
    if (values_.empty() || match.time > values_.back().time - within_) put(match);
    return at(values_.back().time);
  }
  Holding at(Timestamp now) override {
    if (values_.size() < least_) return {};
    return within_window(values_[values_.size() - least_].time.ns, within_, now);
  }
  std::uint64_t matches() const override { return values_.size(); }
  std::size_t bytes() const override { return sizeof *this + values_.capacity() * sizeof(Seen); }

 private:
  struct Seen {
    Timestamp time;
    std::uint64_t value;
  };
  // More than the `least_` newest values are never asked for.
  void put(const Match& match) {
    const auto known = std::find_if(values_.begin(), values_.end(), [&](const Seen& s) { return s.value == match.value; });
    if (known != values_.end()) {
      if (known->time >= match.time) return;
      values_.erase(known);
    }
    const auto place = std::find_if(values_.rbegin(), values_.rend(), [&](const Seen& s) { return s.time <= match.time; });
    values_.insert(place.base(), {match.time, match.value});
    if (values_.size() > least_) values_.erase(values_.begin());
  }

  std::uint64_t least_;
  base::Duration within_;
  std::vector<Seen> values_;  // oldest first
};

class Ratio final : public Condition {
 public:
  explicit Ratio(const RatioWhen& when)
      : comparison_(when.comparison), share_(when.share), min_(when.min_events), counts_(when.within, 1) {}
  Holding match(const Match& match) override {
    if (counts_.add(match.time, match.query == 1)) newest_ = std::max(newest_, match.time);
    return at(newest_);
  }
  Holding at(Timestamp now) override {
    const PeriodCounts::Sum sum = counts_.sum(now, 0);
    const bool enough = sum.all >= min_ && sum.all > 0;
    return {enough && compare(static_cast<double>(sum.some), comparison_, share_ * static_cast<double>(sum.all)),
            counts_.next_change(now)};
  }
  std::uint64_t matches() const override { return counts_.sum(newest_, 0).all; }
  std::size_t bytes() const override { return sizeof *this + counts_.bytes(); }

 private:
  Comparison comparison_;
  double share_;
  std::uint64_t min_;
  PeriodCounts counts_;
  Timestamp newest_{std::numeric_limits<std::int64_t>::min()};
};

class Rate final : public Condition {
 public:
  explicit Rate(const RateWhen& when)
      : comparison_(when.comparison),
        factor_(when.factor),
        min_(when.min_events),
        within_(when.within),
        counts_(when.within, 2) {}
  Holding match(const Match& match) override {
    first_ = std::min(first_, match.time);
    if (counts_.add(match.time, false)) newest_ = std::max(newest_, match.time);
    return at(newest_);
  }
  // Not before two whole periods were seen: a rule that has just begun knows no preceding one.
  Holding at(Timestamp now) override {
    if (first_ == base::kNever) return {};
    const Timestamp ready = first_ + 2 * within_;
    if (now < ready) return {false, ready};
    const std::uint64_t current = counts_.sum(now, 0).all, before = counts_.sum(now, 1).all;
    return {std::max(current, before) >= min_ &&
                compare(static_cast<double>(current), comparison_, factor_ * static_cast<double>(before)),
            counts_.next_change(now)};
  }
  std::uint64_t matches() const override { return counts_.sum(newest_, 0).all; }
  std::size_t bytes() const override { return sizeof *this + counts_.bytes(); }

 private:
  Comparison comparison_;
  double factor_;
  std::uint64_t min_;
  base::Duration within_;
  PeriodCounts counts_;
  Timestamp first_ = base::kNever;
  Timestamp newest_{std::numeric_limits<std::int64_t>::min()};
};

class Absent final : public Condition {
 public:
  explicit Absent(const AbsentWhen& when) : after_(when.after), forget_(when.forget) {}
  Holding match(const Match& match) override {
    last_ = armed_ ? std::max(last_, match.time) : match.time;
    armed_ = true;
    return at(last_);
  }
  Holding at(Timestamp now) override {
    if (!armed_ || (forget_.count() > 0 && now >= last_ + forget_)) return {};
    if (now < last_ + after_) return {false, last_ + after_};
    return {true, forget_.count() > 0 ? last_ + forget_ : base::kNever};
  }
  std::size_t bytes() const override { return sizeof *this; }

 private:
  base::Duration after_, forget_;
  bool armed_ = false;
  Timestamp last_;
};

// Steps in order. The first step starts anew whenever it comes before the second did; negated steps guard the way to the
// next step, or, at the end, the rest of the time.
class Sequence final : public Condition {
 public:
  explicit Sequence(const SequenceWhen& when) : within_(when.within) {
    for (const SequenceWhen::Step& step : when.steps) negated_.push_back(step.negated);
  }
  Holding match(const Match& match) override {
    if (started_ && match.time < last_) return at(last_);  // out of order: too late
    if (started_ && match.time >= begin_ + within_) {
      const Holding over = at(match.time);
      started_ = false;
      if (over.holds) return over;  // a trailing `not` was kept; what comes now begins nothing in the same breath
    }
    if (match.query == 0 && next_ <= 1) {
      started_ = true;
      begin_ = match.time;
      next_ = 1;
    } else if (!started_) {
      return {};
    } else if (negated_[match.query]) {
      if (guards(match.query)) started_ = false;
    } else if (match.query == next_step()) {
      next_ = match.query + 1U;
    }
    last_ = match.time;
    if (!started_) {
      next_ = 0;
      return {};
    }
    if (next_ == negated_.size()) {
      started_ = false;
      next_ = 0;
      return {true, match.time};
    }
    return at(match.time);
  }
  Holding at(Timestamp now) override {
    if (!started_) return {};
    const Timestamp end = begin_ + within_;
    if (now < end) return {false, end};
    const bool kept = next_step() == negated_.size();
    started_ = false;
    next_ = 0;
    return {kept, now};
  }
  std::size_t bytes() const override { return sizeof *this + negated_.capacity() / 8; }

 private:
  // The next step that has to come, past the negated ones; the number of steps if there is none.
  std::size_t next_step() const {
    std::size_t step = next_;
    while (step < negated_.size() && negated_[step]) ++step;
    return step;
  }
  bool guards(std::size_t step) const { return step >= next_ && step < next_step(); }

  base::Duration within_;
  std::vector<bool> negated_;
  bool started_ = false;
  std::size_t next_ = 0;
  Timestamp begin_, last_;
};

class FirstSeen final : public Condition {
 public:
  explicit FirstSeen(const FirstSeenWhen& when) : remember_(when.remember) {}
  Holding match(const Match& match) override {
    const auto [seen, fresh] = seen_.try_emplace(match.value, match.time);
    const bool fires = fresh || match.time - seen->second >= remember_;
    seen->second = std::max(seen->second, match.time);
    if (seen_.size() > kMost) forget(match.time);
    return fires ? Holding{true, match.time} : Holding{};
  }
  Holding at(Timestamp) override { return {}; }
  std::size_t bytes() const override { return sizeof *this + seen_.size() * 40; }

 private:
  static constexpr std::size_t kMost = 100'000;
  // What is over its time, or else the older half.
  void forget(Timestamp now) {
    std::erase_if(seen_, [&](const auto& seen) { return now - seen.second >= remember_; });
    if (seen_.size() <= kMost) return;
    std::vector<Timestamp> times;
    for (const auto& [value, time] : seen_) times.push_back(time);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    std::erase_if(seen_, [&](const auto& seen) { return seen.second < *middle; });
  }

  base::Duration remember_;
  std::unordered_map<std::uint64_t, Timestamp> seen_;
};

std::unique_ptr<Condition> make(const CountWhen& when) {
  if (when.within.count() == 0) return std::make_unique<Every>();
  return std::make_unique<Count>(when);
}
std::unique_ptr<Condition> make(const AbsentWhen& when) { return std::make_unique<Absent>(when); }
std::unique_ptr<Condition> make(const DistinctWhen& when) { return std::make_unique<Distinct>(when); }
std::unique_ptr<Condition> make(const RatioWhen& when) { return std::make_unique<Ratio>(when); }
std::unique_ptr<Condition> make(const RateWhen& when) { return std::make_unique<Rate>(when); }
std::unique_ptr<Condition> make(const SequenceWhen& when) { return std::make_unique<Sequence>(when); }
std::unique_ptr<Condition> make(const FirstSeenWhen& when) { return std::make_unique<FirstSeen>(when); }

}  // namespace

std::unique_ptr<Condition> make_condition(const When& when) {
  return std::visit([](const auto& form) { return make(form); }, when);
}

}  // namespace longshore::rules
