#include "common/io/gate.hpp"

#include <algorithm>

namespace longshore::io {

base::Duration growing_pause(base::Duration least, base::Duration most, unsigned failures, std::minstd_rand& random) {
  base::Duration full = least;
  for (unsigned i = 1; i < failures && full < most; ++i) full *= 2;
  full = std::min(full, most);
  return full / 2 + base::Duration(static_cast<std::int64_t>(static_cast<double>((full / 2).count()) *
                                                             std::uniform_real_distribution<>(0, 1)(random)));
}

Gate::Gate(base::Duration retry_min, base::Duration retry_max, base::Duration hold_pause, std::uint64_t seed)
    : retry_min_(retry_min), retry_max_(retry_max), hold_pause_(hold_pause), random_(static_cast<unsigned>(seed | 1)) {}

bool Gate::enter(base::Duration now) {
  if (state_ == State::ok) return true;
  if (probing_ || now < opens_at_) return false;
  probing_ = true;
  return true;
}

void Gate::succeeded() {
  state_ = State::ok;
  failures_ = 0;
  probing_ = false;
  opens_at_ = {};
}

void Gate::failed(base::Duration now, base::Duration ask, bool was_probe) {
  if (was_probe) probing_ = false;
  // Requests that were under way together fail together: that is one failure.
  if (state_ == State::ok || was_probe) {
    ++failures_;
    opens_at_ = now + growing_pause(retry_min_, retry_max_, failures_, random_);
  }
  if (state_ != State::held || was_probe) state_ = State::retrying;
  opens_at_ = std::max(opens_at_, now + ask);
}

void Gate::held(base::Duration now, base::Duration ask, bool was_probe) {
  if (was_probe) probing_ = false;
  state_ = State::held;
  opens_at_ = std::max(opens_at_, now + (ask > base::Duration{} ? ask : hold_pause_));
}

void Gate::gave_up(bool was_probe) {
  if (was_probe) probing_ = false;
}

}  // namespace longshore::io
