#include "shipper/tail/line_splitter.hpp"

#include <re2/re2.h>

#include <cstring>

namespace longshore::shipper {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// A run of NULs is a hole in the file (a writer that went on behind a truncation, a rotator that gave space back): not text.
std::size_t skip_nuls(std::string_view piece, std::size_t from, std::size_t end) {
  while (from < end && piece[from] == '\0') ++from;
  return from;
}

std::size_t without_cr(std::string_view piece, std::size_t from, std::size_t end) {
  return end > from && piece[end - 1] == '\r' ? end - 1 : end;
}

}  // namespace

base::Result<LineSplitter> LineSplitter::make(std::size_t max_line, const MultilineOptions& multiline) {
  std::unique_ptr<re2::RE2> start;
  if (!multiline.start.empty()) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    start = std::make_unique<re2::RE2>(multiline.start, options);
    if (!start->ok())
      return base::fail(base::Code::invalid, "multiline.start: \"" + multiline.start + "\": " + start->error());
  }
  return LineSplitter(max_line, multiline.max_size.value, multiline.max_lines, std::move(start));
}

LineSplitter::LineSplitter(std::size_t max_line, std::size_t max_group, std::size_t max_lines,
                           std::unique_ptr<re2::RE2> start)
    : max_line_(max_line), max_group_(max_group), max_lines_(max_lines), start_(std::move(start)) {}
LineSplitter::LineSplitter(LineSplitter&&) noexcept = default;
LineSplitter::~LineSplitter() = default;

SplitResult LineSplitter::split(std::string_view piece, bool skipping, bool last, const Emit& emit) const {
  std::size_t at = 0;
  if (skipping) {
    const std::size_t feed = piece.find('\n');
    if (feed == kNone) return {piece.size(), !last};
    at = feed + 1;
  }
  return multi() ? split_groups(piece, at, last, emit) : split_lines(piece, at, last, emit);
}

void LineSplitter::emit_line(std::string_view piece, std::size_t from, std::size_t end, const Emit& emit) const {
  from = skip_nuls(piece, from, end);
  end = without_cr(piece, from, end);
  if (from == end) return;
  const bool cut = end - from > max_line_;
  emit(from, cut ? max_line_ : end - from, cut, false);
}

SplitResult LineSplitter::split_lines(std::string_view piece, std::size_t at, bool last, const Emit& emit) const {
  while (at < piece.size()) {
    const void* const feed = std::memchr(piece.data() + at, '\n', piece.size() - at);
    if (feed == nullptr) break;
    const auto end = static_cast<std::size_t>(static_cast<const char*>(feed) - piece.data());
    emit_line(piece, at, end, emit);
    at = end + 1;
  }
  if (at == piece.size()) return {at, false};
  if (last) {
    emit_line(piece, at, piece.size(), emit);
    return {piece.size(), false};
  }
  const std::size_t text = skip_nuls(piece, at, piece.size());
  if (piece.size() - text <= max_line_) return {text, false};  // holes are never read again
  emit(text, max_line_, true, false);
  return {piece.size(), true};
}

SplitResult LineSplitter::split_groups(std::string_view piece, std::size_t at, bool last, const Emit& emit) const {
  std::size_t group = at, lines = 0, group_end = at;
  const auto close = [&](std::size_t next) {
    const std::size_t from = skip_nuls(piece, group, group_end);
    const std::size_t end = without_cr(piece, from, group_end);
    if (end > from) emit(from, std::min(end - from, max_group_), end - from > max_group_, lines > 1);
    group = next;
    lines = 0;
  };
  while (at < piece.size()) {
    const std::size_t feed = piece.find('\n', at);
    if (feed == kNone) break;
    const std::size_t end = without_cr(piece, at, feed);
    const bool starts = re2::RE2::PartialMatch(re2::StringPiece(piece.data() + at, end - at), *start_);
    if (lines > 0 && (starts || lines >= max_lines_ || feed - group > max_group_)) close(at);
    group_end = feed;
    ++lines;
    at = feed + 1;
  }
  if (last) {
    if (at < piece.size()) {
      group_end = piece.size();
      ++lines;
    }
    close(piece.size());
    return {piece.size(), false};
  }
  if (piece.size() - group <= max_group_ + max_line_) return {group, false};
  // One line alone is longer than a whole group may be.
  if (lines > 0) close(at);
  if (at == group && piece.size() - at > max_line_) {
    emit(at, max_line_, true, false);
    return {piece.size(), true};
  }
  return {group, false};
}

}  // namespace longshore::shipper
