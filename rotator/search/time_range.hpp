// From when to when the lines are that are wanted, and what follows from it for a line, and for a whole frame unread. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "rotator/archive/index.hpp"

namespace longshore::rotator {

// Seconds since 1970.
struct TimeRange {
  std::optional<std::int64_t> since;  // this second belongs to it
  std::optional<std::int64_t> until;  // this one does not

  bool everything() const { return !since && !until; }
  bool holds(std::int64_t time) const { return (!since || time >= *since) && (!until || time < *until); }
  bool operator==(const TimeRange&) const = default;
};

// Goes through the lines of one log, from any line on whose time before is known. A line that states no time has that of the
// line before it. One of which no time is known is in the range unless its log was last written before that begins.
class LineTimeFilter {
 public:
  LineTimeFilter(TimeRange range, LineClock clock) : range_(range), clock_(clock) {}

  bool everything() const { return range_.everything(); }
  // The time of the line before the next one.
  void set_before(std::optional<std::int64_t> time) { before_ = time; }

  enum class Answer { none, some, all };
  // Which lines of a frame are in the range, and what comes behind it is asked next.
  Answer frame(const LineTimes& times) const;
  void pass(const LineTimes& times) {
    if (times.any) before_ = times.last;
  }

  // From here on the lines of `block` are asked, in order.
  void begin(std::string_view block) {
    block_ = block;
    known_ = 0;
  }
  // Is the line that begins at `at` of the block in the range? Lines are asked from first to last, any may be left out.
  bool line(std::size_t at);
  // All lines of the block are behind us.
  void end() { look_back(block_.size()); }

 private:
  bool holds_before() const {
    return before_ ? range_.holds(*before_) : !range_.since || clock_.reference() >= *range_.since;
  }
  void look_back(std::size_t at);

  TimeRange range_;
  LineClock clock_;
  std::optional<std::int64_t> before_;  // of the last line that states one, up to known_
  std::string_view block_;
  std::size_t known_ = 0;
};

}  // namespace longshore::rotator
