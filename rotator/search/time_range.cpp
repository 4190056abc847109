#include "rotator/search/time_range.hpp"

#include "rotator/search/matcher.hpp"

namespace longshore::rotator {

LineTimeFilter::Answer LineTimeFilter::frame(const LineTimes& times) const {
  if (everything()) return Answer::all;
  if (times.broken) return Answer::some;
  const bool leading = (times.leads || !times.any) && holds_before();
  const bool all_leading = !(times.leads || !times.any) || leading;
  if (!times.any) return leading ? Answer::all : Answer::none;
  const bool overlaps =
      (!range_.since || times.latest >= *range_.since) && (!range_.until || times.earliest < *range_.until);
  if (!overlaps && !leading) return Answer::none;
  return all_leading && range_.holds(times.earliest) && range_.holds(times.latest) ? Answer::all : Answer::some;
}

// The last line that begins before `at` and states a time, looked for from there back to what is known.
void LineTimeFilter::look_back(std::size_t at) {
  for (std::size_t end = at; end > known_;) {
    const std::size_t begin = line_begin(block_, end - 1);
    if (const auto time = clock_.seconds(block_.substr(begin, line_end(block_, begin) - begin))) {
      before_ = time;
      break;
    }
    end = begin;
  }
  known_ = at;
}

bool LineTimeFilter::line(std::size_t at) {
  look_back(at);
  if (const auto time = clock_.seconds(block_.substr(at, line_end(block_, at) - at))) before_ = time;
  known_ = std::min(line_end(block_, at) + 1, block_.size());
  return holds_before();
}

}  // namespace longshore::rotator
