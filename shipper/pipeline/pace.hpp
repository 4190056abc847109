// Keeps sources from running so far ahead of healthy sinks that every line would go to the disk and be read back from it:
// bytes that the spool has taken and that a sink which works has not yet gathered. A sink in trouble holds nobody up: the
// spool is there for it. Loop thread only.
#pragma once

#include <cstdint>
#include <deque>

namespace longshore::shipper {

class Pace {
 public:
  // `limit`: bytes in the spool's memory that sinks may be behind.
  explicit Pace(std::uint64_t limit) : limit_(limit) {}

  // Events before `end_seq` are in the spool; the batch that brought them weighs `bytes`.
  void wrote(std::uint64_t end_seq, std::uint64_t bytes) {
    waiting_.push_back({end_seq, bytes});
    bytes_ += bytes;
  }
  // Every sink that works has gathered the events before `seq`.
  void gathered(std::uint64_t seq) {
    for (; !waiting_.empty() && waiting_.front().end_seq <= seq; waiting_.pop_front()) bytes_ -= waiting_.front().bytes;
    // What has left the memory must be read from the disk anyway: it is no reason to wait.
    for (; bytes_ > 2 * limit_; waiting_.pop_front()) bytes_ -= waiting_.front().bytes;
  }
  bool behind() const { return bytes_ > limit_; }

 private:
  struct Written {
    std::uint64_t end_seq, bytes;
  };
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;
  std::deque<Written> waiting_;
};

}  // namespace longshore::shipper
