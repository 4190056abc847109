// How long a drained connection is left alone, so that more arrives for each wake-up and yet its buffer never fills: a busy
// host pays for bytes, not for wake-ups. The pauses of all connections end together, at multiples of 4, 8, 16 or 32 ms.
// Pure.
#pragma once

#include <chrono>
#include <cstddef>

namespace longshore::shipper {

class ReadPause {
 public:
  using Clock = std::chrono::steady_clock;
  // What a line waits at the most: it is short beside the group commit that follows.
  static constexpr auto kLongest = std::chrono::milliseconds(32);
  // A shorter pause is not worth its timer: the sender is about as quick as we are.
  static constexpr auto kShortest = std::chrono::milliseconds(4);
  static constexpr Clock::duration kNone = Clock::duration::zero();

  // `budget`: bytes that may arrive during a pause, at most half of what the socket's buffer takes. If the sender is so much
  // quicker than it seemed that the buffer does fill, it seems at least twice as quick the next time.
  ReadPause(std::size_t budget, Clock::time_point now) : budget_(static_cast<double>(budget)), since_(now) {}

  void read(std::size_t bytes) { bytes_ += static_cast<double>(bytes); }

  // To be called when all was read. kNone: wait until there is something to read.
  Clock::duration drained(Clock::time_point now) {
    const auto passed = std::chrono::duration<double>(now - since_);
    const auto to_fill = bytes_ > 0 ? passed * (budget_ / bytes_) : passed.zero();
    since_ = now;
    bytes_ = 0;
    if (to_fill < kShortest) return kNone;
    Clock::duration step = kShortest;
    while (step < kLongest && 2 * step <= to_fill) step *= 2;
    return step - now.time_since_epoch() % step;
  }

 private:
  double budget_;
  double bytes_ = 0;
  Clock::time_point since_;
};

}  // namespace longshore::shipper
