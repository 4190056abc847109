// When a sink may be tried: at once while all is well; after a failure not before a jittered, growing pause, and then by one
// request alone until one succeeds. The pause belongs to the sink, so that requests in flight do not storm it. Pure.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "common/base/duration.hpp"

namespace longshore::io {

// The pause after so many failures in a row, 1 or more: doubling from `least` to `most`, half of it random, so that hosts
// that failed together do not come back together.
base::Duration growing_pause(base::Duration least, base::Duration most, unsigned failures, std::minstd_rand& random);

class Gate {
 public:
  enum class State { ok, retrying, held };
  Gate(base::Duration retry_min, base::Duration retry_max, base::Duration hold_pause, std::uint64_t seed);

  // Whether a request may go now. If so it counts as the probe while the state is not ok: report what became of it.
  bool enter(base::Duration now);
  // When enter() may succeed; Duration::max() while a probe is under way.
  base::Duration opens_at() const { return probing_ ? base::Duration::max() : opens_at_; }

  void succeeded();
  // `ask`: the pause that the sink asked for; 0: none. `entered_ok`: the request went out while the state was ok.
  void failed(base::Duration now, base::Duration ask, bool was_probe);
  void held(base::Duration now, base::Duration ask, bool was_probe);
  void gave_up(bool was_probe);  // the request ended without an outcome
  State state() const { return state_; }

 private:
  base::Duration retry_min_, retry_max_, hold_pause_;
  std::minstd_rand random_;
  State state_ = State::ok;
  unsigned failures_ = 0;
  bool probing_ = false;
  base::Duration opens_at_{};
};

}  // namespace longshore::io
