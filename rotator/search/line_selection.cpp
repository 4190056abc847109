#include "rotator/search/line_selection.hpp"

#include <algorithm>

namespace longshore::rotator {
namespace {

constexpr std::size_t kLongestLine = 64 << 20;  // bytes; a longer one counts as several

}  // namespace

bool LineSelection::skip(const FrameInfo& frame) {
  const auto answer = times_.frame(frame.times);
  all_times_ = answer == LineTimeFilter::Answer::all && !times_.everything();
  frame_ = frame.times;
  if (answer == LineTimeFilter::Answer::none) leave_out(frame);
  return answer == LineTimeFilter::Answer::none;
}

void LineSelection::leave_out(const FrameInfo& frame) {
  end();
  times_.pass(frame.times);
  lines_before_ += frame.lines;
}

void LineSelection::text(std::string_view piece) {
  if (!held_.empty()) {
    const std::size_t end = piece.find('\n');
    held_ += piece.substr(0, end == piece.npos ? piece.size() : end + 1);
    if (end == piece.npos && held_.size() < kLongestLine) return;
    if (end == piece.npos) return this->end();
    piece.remove_prefix(end + 1);
    const std::string line = std::move(held_);
    held_.clear();
    block(line);
  }
  const std::size_t end = piece.rfind('\n');
  if (end != piece.npos) block(piece.substr(0, end + 1));
  held_ = piece.substr(end == piece.npos ? 0 : end + 1);
}

void LineSelection::end() {
  const std::string line = std::move(held_);
  held_.clear();
  block(line);
}

// `lines` is whole lines.
void LineSelection::block(std::string_view lines) {
  if (lines.empty() || done()) return;
  report_.begin(lines, lines_before_);
  matcher_.begin(lines);
  const bool by_time = !times_.everything() && !all_times_;
  if (by_time) times_.begin(lines);
  const bool counts = report_.only_counts() && !invert_ && !by_time;  // where a line begins does not matter
  for (std::size_t from = 0; from < lines.size() && !done();) {
    if (matcher_.everything()) {
      if (!invert_) select(lines, 0, lines.size());
      break;
    }
    const std::size_t place = matcher_.find(from);
    const std::size_t begin = place == lines.npos ? lines.size() : counts ? place : line_begin(lines, place);
    const std::size_t end = place == lines.npos ? lines.size() : std::min(line_end(lines, place) + 1, lines.size());
    if (invert_ && begin > from) select(lines, from, begin);
    if (!invert_ && end > begin) select(lines, begin, end);
    from = end;
  }
  if (by_time) times_.end();
  if (all_times_) times_.pass(frame_);
  if (report_.numbered()) lines_before_ += count_line_ends(lines);
}

// Lines that the pattern selects.
void LineSelection::select(std::string_view lines, std::size_t begin, std::size_t end) {
  if (times_.everything() || all_times_) {
    report_.lines(begin, end, most_ - report_.count());
    return;
  }
  while (begin < end && !done()) {
    const std::size_t next = std::min(line_end(lines, begin) + 1, lines.size());
    if (times_.line(begin)) report_.lines(begin, next, most_ - report_.count());
    begin = next;
  }
}

}  // namespace longshore::rotator
