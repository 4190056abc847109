#include "deployer/report/live_table.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "deployer/report/ending.hpp"

namespace longshore::deployer {
namespace {

constexpr std::size_t kNoLimit = 100'000;

}  // namespace

void LiveTable::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  view_.begin(heading, nodes);
  changed_ = true;
}

void LiveTable::on(const Event& event) {
  view_.on(event);
  changed_ = true;
}

void LiveTable::tick(base::Timestamp now) {
  const std::int64_t second = now.ns / 1'000'000'000;
  const ScreenSize size = size_();
  const bool resized = size.columns != drawn_size_.columns || size.rows != drawn_size_.rows;
  if (!changed_ && !resized && second == drawn_second_) return;
  changed_ = false;
  drawn_second_ = second;
  // One row stays free for the cursor, one column lest the terminal wraps.
  const ScreenSize room{size.columns > 1 ? size.columns - 1 : 1, size.rows > 1 ? size.rows - 1 : 1};
  write_(frame(view_.render(now, room, true), size));
}

// How a terminal has re-wrapped our lines after it was resized cannot be known: then everything is drawn anew from the top.
std::string LiveTable::frame(const std::vector<std::string>& lines, ScreenSize size) {
  std::string out;
  const bool first = drawn_lines_ == 0;
  if (!first && (size.columns != drawn_size_.columns || size.rows != drawn_size_.rows))
    out = "\x1b[H\x1b[2J";
  else if (!first)
    out = fmt::format("\r\x1b[{}A", drawn_lines_);
  for (const std::string& line : lines) out += line + "\x1b[K\r\n";
  out += "\x1b[J";
  drawn_lines_ = lines.size();
  drawn_size_ = size;
  return out;
}

void LiveTable::finish(const Summary& summary) {
  const ScreenSize size = size_();
  const ScreenSize room{size.columns > 1 ? size.columns - 1 : 1, kNoLimit};
  const std::vector<std::string> lines = view_.render(summary.ended, room, true);
  write_(frame(lines, size) + (lines.empty() ? "" : "\r\n") + render_ending(summary));
}

bool is_drawable(int fd) {
  const char* term = std::getenv("TERM");
  return ::isatty(fd) != 0 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb";
}

ScreenSize screen_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {};
  return {size.ws_col, size.ws_row};
}

}  // namespace longshore::deployer
