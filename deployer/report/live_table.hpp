// The live table on a terminal: redrawn in place, at most once a tick (100 ms). The cursor is neither hidden nor moved away:
// it rests below the table, so that there is nothing to restore when the process ends, by whatever signal.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "deployer/report/live_view.hpp"

namespace longshore::deployer {

class LiveTable final : public Reporter {
 public:
  // `write` gets bytes for the terminal; `size` is asked before each drawing.
  LiveTable(std::function<void(std::string_view)> write, std::function<ScreenSize()> size)
      : write_(std::move(write)), size_(std::move(size)) {}

  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override;
  void on(const Event& event) override;
  void tick(base::Timestamp now) override;
  void finish(const Summary& summary) override;  // the whole table once more, and the ending below it

 private:
  std::string frame(const std::vector<std::string>& lines, ScreenSize size);

  std::function<void(std::string_view)> write_;
  std::function<ScreenSize()> size_;
  LiveView view_;
  bool changed_ = false;
  std::int64_t drawn_second_ = 0;  // times in the table move on every second
  std::size_t drawn_lines_ = 0;
  ScreenSize drawn_size_;
};

// Whether `fd` is a terminal that can be drawn on: TERM says so too (not "dumb", not empty).
bool is_drawable(int fd);
ScreenSize screen_size(int fd);

}  // namespace longshore::deployer
