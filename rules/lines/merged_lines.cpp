#include "rules/lines/merged_lines.hpp"

#include <algorithm>

namespace longshore::rules {

struct MergedLines::Input {
  LineFile file;
  LineParser parser;
  std::size_t index;      // of two at the same time the first file's goes first
  LineBatch next = {};    // one event
  bool has_time = false;  // a line of it had one
  base::Timestamp time = {};
};

namespace {

constexpr auto kAhead = std::chrono::hours(24);

// For the algorithms of the standard, whose heaps have the greatest first.
constexpr auto kLater = [](const auto& a, const auto& b) {
  return a->time != b->time ? a->time > b->time : a->index > b->index;
};

}  // namespace

MergedLines::MergedLines(const std::vector<std::string>& paths, InputFormat format) {
  for (const std::string& path : paths) {
    auto file = LineFile::open(path);
    if (!file) {
      problems_.push_back(file.error().message);
      continue;
    }
    LineParser parser(format, path, file->modified());
    auto input = std::make_unique<Input>(Input{std::move(*file), std::move(parser), inputs_.size()});
    if (advance(*input)) inputs_.push_back(std::move(input));
  }
  std::make_heap(inputs_.begin(), inputs_.end(), kLater);
}
MergedLines::~MergedLines() = default;

bool MergedLines::advance(Input& input) {
  for (;;) {
    std::string_view line;
    const std::uint64_t cut = input.file.cut();
    const auto more = input.file.next(line);
    if (!more) problems_.push_back(more.error().message);
    if (!more || !*more) return false;
    counters_.cut += input.file.cut() - cut;
    ++counters_.lines;
    if (line.empty()) continue;
    input.next.clear();
    bool timed = input.parser.parse(line, input.time, input.next);
    if (timed && input.next[0].time > input.file.modified() + kAhead) {
      input.next.set_time(0, input.time);
      timed = false;
      ++counters_.ahead;
    }
    input.has_time |= timed;
    if (input.has_time) break;
    ++counters_.untimed;
  }
  input.time = input.next[0].time;
  return true;
}

bool MergedLines::read(std::size_t most, LineBatch& to) {
  const std::size_t before = to.size();
  while (!inputs_.empty() && to.size() - before < most) {
    std::pop_heap(inputs_.begin(), inputs_.end(), kLater);
    to.add(inputs_.back()->next[0]);
    if (advance(*inputs_.back()))
      std::push_heap(inputs_.begin(), inputs_.end(), kLater);
    else
      inputs_.pop_back();
  }
  return to.size() > before;
}

}  // namespace longshore::rules
