#include "rules/lines/line_file.hpp"

#include <cstring>

#include "common/base/clock.hpp"
#include "common/base/file_system.hpp"
#include "rules/lines/line_parser.hpp"

namespace longshore::rules {

using base::Result;

Result<LineFile> LineFile::open(const std::string& path) {
  TRY(stream, open_stream(path));
  return LineFile(path, std::move(stream));
}

LineFile::LineFile(std::string path, std::unique_ptr<ByteStream> stream)
    : path_(std::move(path)), stream_(std::move(stream)), buffer_(2 * kLongestLine, '\0') {
  base::PosixFileSystem files;
  const auto info = path_ == "-" ? base::fail(base::Code::not_found, "") : files.stat(path_);
  modified_ = info ? info->modified : base::SystemClock().now();
}

Result<bool> LineFile::next(std::string_view& line) {
  for (std::size_t searched = begin_;;) {
    const std::size_t found = std::string_view(buffer_.data() + searched, end_ - searched).find('\n');
    const bool whole = found != std::string_view::npos;
    const std::size_t stop = whole ? searched + found : end_;
    if (skip_) {
      begin_ = searched = whole ? stop + 1 : stop;
      skip_ = !whole;
      if (whole) continue;
    } else if (whole || stop - begin_ > kLongestLine || (done_ && stop > begin_)) {
      give(line, stop, whole);
      return true;
    }
    if (done_) return false;
    if (end_ == buffer_.size()) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    searched = end_;
    auto got = stream_->read({buffer_.data() + end_, buffer_.size() - end_});
    if (!got) {
      done_ = true;
      begin_ = end_;
      return base::fail(std::move(got).error());
    }
    done_ = *got == 0;
    end_ += *got;
  }
}

void LineFile::give(std::string_view& line, std::size_t stop, bool whole) {
  const bool too_long = stop - begin_ > kLongestLine;
  line = {buffer_.data() + begin_, too_long ? kLongestLine : stop - begin_};
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ = whole ? stop + 1 : stop;
  skip_ = too_long && !whole;
  ++number_;
  if (too_long) ++cut_;
}

}  // namespace longshore::rules
