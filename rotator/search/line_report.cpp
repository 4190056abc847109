#include "rotator/search/line_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "rotator/search/matcher.hpp"

namespace longshore::rotator {

std::uint64_t count_line_ends(std::string_view text) {
  // In pieces of at most 255 counts of one byte each, so that the compiler counts 16 at once.
  std::uint64_t sum = 0;
  const char* at = text.data();
  for (std::size_t left = text.size() / 16; left > 0;) {
    const std::size_t rounds = std::min<std::size_t>(left, 255);
    unsigned char counts[16] = {};
    for (std::size_t i = 0; i < rounds; ++i, at += 16)
      for (std::size_t lane = 0; lane < 16; ++lane)
        counts[lane] = static_cast<unsigned char>(counts[lane] + (at[lane] == '\n'));
    for (const unsigned char count : counts) sum += count;
    left -= rounds;
  }
  return sum + static_cast<std::uint64_t>(std::count(at, text.data() + text.size(), '\n'));
}

void LineReport::lines(std::size_t begin, std::size_t end, std::uint64_t most) {
  const bool line_by_line = form_.print && (form_.name || form_.number);
  if (!line_by_line && most >= end - begin) {  // there are not more lines than bytes
    const std::string_view text = block_.substr(begin, end - begin);
    const bool ended = text.ends_with('\n');
    count_ += count_line_ends(text) + (ended ? 0 : 1);
    if (form_.print) output_ += text;
    if (form_.print && !ended && form_.end_last_line) output_ += '\n';
    return;
  }
  for (; begin < end && most > 0; --most) {
    const std::size_t stop = line_end(block_, begin);
    ++count_;
    if (form_.print) {
      output_ += prefix_;
      if (form_.number) {
        number_ += count_line_ends(block_.substr(counted_, begin - counted_));
        counted_ = begin;
        fmt::format_to(std::back_inserter(output_), "{}:", number_);
      }
      output_ += block_.substr(begin, stop - begin);
      if (stop < block_.size() || form_.end_last_line) output_ += '\n';
    }
    begin = stop + 1;
  }
}

}  // namespace longshore::rotator
