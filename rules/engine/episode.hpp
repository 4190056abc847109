// One group's alert through time: quiet, pending (the condition holds, but not yet for long enough), open, quiet again.
// Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "rules/engine/condition.hpp"

namespace longshore::rules {

// `open:`, `keep:` and `limits: notify_every` of a rule.
struct EpisodeRules {
  base::Duration hold_for{};      // the condition must hold so long before the alert opens
  base::Duration keep{};          // how long the alert stays open after the condition last held
  base::Duration notify_every{};  // a repeat at most so often
};

class Episode {
 public:
  enum class Step : std::uint8_t { none, open, repeat, close };

  // Open since before anybody here can remember, held until now.
  static Episode reopened(std::uint64_t count, base::Timestamp now) {
    Episode episode;
    episode.state_ = State::open;
    episode.count_ = count;
    episode.since_ = episode.held_until_ = episode.notified_ = now;
    return episode;
  }

  bool open() const { return state_ == State::open; }
  bool quiet() const { return state_ == State::quiet; }
  std::uint64_t count() const { return count_; }  // matches: those for which the condition began to hold, and all since

  // Something matched, and `holding` is what the condition says now, because of so many `matches`.
  Step matched(const Holding& holding, std::uint64_t matches, base::Timestamp now, const EpisodeRules& rules) {
    const bool begins = state_ == State::quiet;
    const Step step = told(holding, now, rules);
    if (state_ == State::quiet) return step;
    count_ = begins ? matches : count_ + 1;
    if (step != Step::none || state_ != State::open || now - notified_ < rules.notify_every) return step;
    notified_ = now;
    return Step::repeat;
  }

  // `holding` is what the condition says at `now`, which never goes back. To be asked again at due().
  Step told(const Holding& holding, base::Timestamp now, const EpisodeRules& rules) {
    if (!holding.holds) return not_held(now, rules);
    if (state_ == State::quiet) {
      state_ = State::pending;
      since_ = now;
      count_ = 0;
    }
    held_until_ = holding.until;
    if (state_ == State::open || now - since_ < rules.hold_for) return Step::none;
    state_ = State::open;
    notified_ = now;
    return Step::open;
  }

  // The rule's `clear:` matched.
  Step cleared() {
    const bool was_open = open();
    state_ = State::quiet;
    return was_open ? Step::close : Step::none;
  }

  // When told() has something to say although nothing matches, given what the condition said last.
  base::Timestamp due(const Holding& holding, const EpisodeRules& rules) const {
    if (state_ == State::pending) return std::min(holding.until, since_ + rules.hold_for);
    if (state_ == State::open && !holding.holds) return std::min(holding.until, held_until_ + rules.keep);
    return holding.until;
  }

 private:
  enum class State : std::uint8_t { quiet, pending, open };

  Step not_held(base::Timestamp now, const EpisodeRules& rules) {
    if (state_ == State::pending) state_ = State::quiet;
    if (state_ == State::quiet) return Step::none;
    held_until_ = std::min(held_until_, now);
    if (now < held_until_ + rules.keep) return Step::none;
    state_ = State::quiet;
    return Step::close;
  }

  State state_ = State::quiet;
  base::Timestamp since_;       // pending: since when
  base::Timestamp held_until_;  // the condition held until then, as far as is known
  base::Timestamp notified_;    // when the alert was last said to be open
  std::uint64_t count_ = 0;
};

}  // namespace longshore::rules
