#include "deployer/report/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

constexpr std::string_view kReset = "\x1b[0m", kBold = "\x1b[1m", kDim = "\x1b[2m", kGreen = "\x1b[32m",
                           kYellow = "\x1b[33m", kRed = "\x1b[31m", kCyan = "\x1b[36m";
constexpr std::size_t kImportant = 5, kMostHost = 24, kMostComponent = 20, kPhase = 8, kTime = 6, kLeastDoing = 24;

bool at_work(Phase phase) {
  return phase != Phase::waiting && phase != Phase::done && phase != Phase::undone && phase != Phase::failed;
}

std::string_view symbol(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return "·";
    case Phase::done:
      return "✓";
    case Phase::failed:
      return "✗";
    case Phase::undone:
      return "↺";
    default:
      return "▸";
  }
}

std::string_view tone(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return kDim;
    case Phase::done:
      return kGreen;
    case Phase::failed:
      return kRed;
    case Phase::undoing:
    case Phase::undone:
      return kYellow;
    default:
      return kCyan;
  }
}

// The lower, the more it is wanted on a screen that is too small.
int rank(Phase phase) {
  if (phase == Phase::failed) return 0;
  if (at_work(phase)) return 1;
  return phase == Phase::undone ? 2 : phase == Phase::waiting ? 3 : 4;
}

// Where it says from what to what, the arrow says that it is an update.
std::string_view short_change(std::string_view change) {
  constexpr std::string_view kUpdate = "UPDATE ";
  return change.starts_with(kUpdate) ? change.substr(kUpdate.size()) : change;
}

// The time that is left stands first: the end of a line is cut where it is long.
std::string wait_text(const std::string& waits_for, base::Timestamp deadline, base::Timestamp now) {
  if (deadline.ns == 0 || deadline == base::kNever) return "waits for " + waits_for;
  if (deadline <= now) return "overdue: waits for " + waits_for;
  return fmt::format("waits, {} at most, for {}", elapsed(deadline - now), waits_for);
}

}  // namespace

void LiveView::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  heading_ = heading;
  for (const NodePlan& node : nodes) {
    if (needs_nothing(node.change))
      ++unchanged_;
    else
      rows_.push_back(
          {.plan = node, .phase = Phase::waiting, .since = heading.started, .doing = {}, .waits_for = {}, .deadline = {}});
  }
}

void LiveView::on(const Event& event) {
  if (event.call) return;
  if (event.host.empty() && event.level != Level::detail) overall_ = one_line(event.text);
  for (Row& row : rows_) {
    if (event.host.empty() || row.plan.host != event.host) continue;
    if (!event.component.empty() && event.component != row.plan.component) continue;
    if (row.phase != event.phase) row.since = event.at;
    row.phase = event.phase;
    row.doing = one_line(event.text);
    row.waits_for = one_line(event.waits_for);
    row.deadline = event.deadline;
  }
  if (event.level == Level::warning || event.level == Level::error || (event.host.empty() && event.level == Level::info)) {
    important_.push_back(event);
    important_.back().detail.clear();
    if (important_.size() > kImportant) important_.pop_front();
  }
}

std::string LiveView::counts() const {
  std::size_t done = 0, failed = 0, undone = 0;
  for (const Row& row : rows_) {
    done += row.phase == Phase::done ? 1 : 0;
    failed += row.phase == Phase::failed ? 1 : 0;
    undone += row.phase == Phase::undone ? 1 : 0;
  }
  std::string out = fmt::format("{} of {} done", done, rows_.size());
  if (failed > 0) out += fmt::format(", {} failed", failed);
  if (undone > 0) out += fmt::format(", {} rolled back", undone);
  if (unchanged_ > 0) out += fmt::format(", {} need nothing", unchanged_);
  return out;
}

std::vector<std::string> LiveView::render(base::Timestamp now, ScreenSize size, bool colour) const {
  const auto paint = [&](std::string_view code, std::string_view text) {
    std::string cut = fit(text, size.columns);
    return colour ? std::string(code) + cut + std::string(kReset) : cut;
  };
  std::vector<std::string> out;
  if (heading_.command.empty()) {  // it is not known yet what is to be done
    if (!overall_.empty()) out.push_back(paint("", overall_));
    return out;
  }
  out.push_back(paint(kBold, fmt::format("{} {}: {}  {}  {}", heading_.command, heading_.environment, heading_.composition,
                                         counts(), elapsed(now - heading_.started))));
  if (size.rows < 6) {
    out.push_back(paint("", overall_));
    out.resize(std::min(out.size(), size.rows));
    return out;
  }

  std::size_t host = 4, component = 9, change = 6;
  for (const Row& row : rows_) {
    host = std::max(host, std::min(columns(row.plan.host), kMostHost));
    component = std::max(component, std::min(columns(row.plan.component), kMostComponent));
    change = std::max(change, columns(short_change(row.plan.change)));
  }
  const std::size_t fixed = 2 + host + 1 + component + 1 + kPhase + 1 + kTime + 1;
  const std::size_t rest = size.columns > fixed ? size.columns - fixed : 0;
  // What a node does is worth more than what it becomes; the latter stands in the former's place while it waits for its
  // turn.
  change = rest >= kLeastDoing + 12 ? std::min(change, rest - kLeastDoing - 1) : 0;
  const auto table_line = [&](std::string_view mark, std::string_view h, std::string_view c, std::string_view what,
                              std::string_view phase, std::string_view time, std::string_view doing) {
    std::string line = fmt::format("{} {} {} ", mark, pad(h, host), pad(c, component));
    if (change > 0) line += pad(what, change) + ' ';
    return line + fmt::format("{} {:>{}} {}", pad(phase, kPhase), time, kTime, doing);
  };
  out.push_back(paint(kDim, table_line(" ", "HOST", "COMPONENT", "CHANGE", "PHASE", "TIME", "")));

  const std::size_t lines_below = std::min(important_.size(), std::min(kImportant, size.rows / 4));
  std::size_t room = size.rows - out.size() - (lines_below > 0 ? lines_below + 1 : 0);
  std::vector<std::size_t> shown(rows_.size());
  std::iota(shown.begin(), shown.end(), 0);
  if (rows_.size() > room) {
    std::stable_sort(shown.begin(), shown.end(),
                     [&](std::size_t a, std::size_t b) { return rank(rows_[a].phase) < rank(rows_[b].phase); });
    shown.resize(room - 1);
    std::sort(shown.begin(), shown.end());
  }
  for (const std::size_t i : shown) {
    const Row& row = rows_[i];
    const bool waiting = row.phase == Phase::waiting && row.doing.empty();
    const std::string doing = waiting && change == 0  ? one_line(short_change(row.plan.change))
                              : row.waits_for.empty() ? row.doing
                                                      : wait_text(row.waits_for, row.deadline, now);
    const std::string time = at_work(row.phase) ? elapsed(now - row.since) : "";
    out.push_back(
        paint(tone(row.phase), table_line(symbol(row.phase), row.plan.host, row.plan.component,
                                          one_line(short_change(row.plan.change)), to_text(row.phase), time, doing)));
  }
  if (shown.size() < rows_.size()) out.push_back(paint(kDim, fmt::format("  … and {} more", rows_.size() - shown.size())));
  if (lines_below > 0) out.emplace_back();
  for (std::size_t i = important_.size() - lines_below; i < important_.size(); ++i) {
    const Event& event = important_[i];
    const std::string who =
        event.host.empty() ? "" : event.host + (event.component.empty() ? "" : " " + event.component) + ": ";
    out.push_back(paint(event.level == Level::error     ? kRed
                        : event.level == Level::warning ? kYellow
                                                        : "",
                        fmt::format("{} {}{}", clock_time(event.at), who, one_line(event.text))));
  }
  return out;
}

}  // namespace longshore::deployer
