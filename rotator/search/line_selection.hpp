// The lines of a log that are wanted: by pattern and by time, in a text that is handed in a piece at a time. Pure; one
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rotator/search/line_report.hpp"
#include "rotator/search/matcher.hpp"
#include "rotator/search/time_range.hpp"

namespace longshore::rotator {

class LineSelection {
 public:
  // `most`: after so many lines it is done. The matcher lives longer.
  LineSelection(Matcher& matcher, bool invert, LineTimeFilter times, LineReport report, std::uint64_t most)
      : matcher_(matcher), invert_(invert), times_(times), report_(std::move(report)), most_(most) {}

  // A frame of which the index tells: true if it need not be read. If it is read, its text comes next, by text().
  bool skip(const FrameInfo& frame);
  void leave_out(const FrameInfo& frame);  // one that cannot be read
  // Text in pieces that end anywhere; the end of the last line is held until it is complete.
  void text(std::string_view piece);
  // Nothing follows: a line without its end is complete, too.
  void end();

  bool done() const { return report_.count() >= most_; }
  LineTimeFilter& times() { return times_; }
  LineReport& report() { return report_; }
  void set_lines_before(std::uint64_t lines) { lines_before_ = lines; }  // needed where line numbers are printed

 private:
  void block(std::string_view lines);
  void select(std::string_view lines, std::size_t begin, std::size_t end);

  Matcher& matcher_;
  bool invert_;
  LineTimeFilter times_;
  LineReport report_;
  std::uint64_t most_;
  std::uint64_t lines_before_ = 0;
  std::string held_;        // the beginning of a line
  bool all_times_ = false;  // each line of the frame is in the range
  LineTimes frame_;         // of the frame that comes next, if all_times_
};

}  // namespace longshore::rotator
