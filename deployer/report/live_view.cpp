#include "deployer/report/live_view.hpp"

#include <fmt/format.h>

#include <algorithm>

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
std::string short_change(std::string_view change) {
  constexpr std::string_view kUpdate = "UPDATE ";
  return one_line(change.starts_with(kUpdate) ? change.substr(kUpdate.size()) : change);
}

// The widths of the table's columns.
struct Layout {
  std::size_t host = 4, component = 9, change = 6;

  void widen(const NodePlan& plan) {
    host = std::max(host, std::min(columns(plan.host), kMostHost));
    component = std::max(component, std::min(columns(plan.component), kMostComponent));
    change = std::max(change, columns(plan.change));
  }
  // What a node does is worth more than what it becomes.
  void narrow(std::size_t all) {
    const std::size_t fixed = 2 + host + 1 + component + 1 + kPhase + 1 + kTime + 1;
    const std::size_t rest = all > fixed ? all - fixed : 0;
    change = rest >= kLeastDoing + 12 ? std::min(change, rest - kLeastDoing - 1) : 0;
  }
  std::string line(std::string_view mark, const NodePlan& plan, std::string_view phase, std::string_view time,
                   std::string_view doing) const {
    std::string out = fmt::format("{} {} {} ", mark, pad(plan.host, host), pad(plan.component, component));
    if (change > 0) out += pad(plan.change, change) + ' ';
    return out + fmt::format("{} {:>{}} {}", pad(phase, kPhase), time, kTime, doing);
  }
};

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
      rows_.push_back({.plan = {node.host, node.component, short_change(node.change)},
                       .phase = Phase::waiting,
                       .since = heading.started,
                       .doing = {},
                       .waits_for = {},
                       .deadline = {}});
  }
}

void LiveView::on(const Event& event) {
  if (event.call) return;
  if (event.host.empty()) overall_ = event;
  for (Row& row : rows_) {
    if (event.host.empty() || row.plan.host != event.host) continue;
    if (!event.component.empty() && event.component != row.plan.component) continue;
    if (row.phase != event.phase) row.since = event.at;
    row.phase = event.phase;
    row.doing = first_line(event.text);
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

std::string LiveView::overall(base::Timestamp now) const {
  return overall_.waits_for.empty() ? first_line(overall_.text)
                                    : wait_text(one_line(overall_.waits_for), overall_.deadline, now);
}

std::vector<const LiveView::Row*> LiveView::shown(std::size_t room) const {
  std::vector<const Row*> rows;
  for (const Row& row : rows_) rows.push_back(&row);
  if (rows.size() <= room) return rows;
  std::stable_sort(rows.begin(), rows.end(), [](const Row* a, const Row* b) { return rank(a->phase) < rank(b->phase); });
  rows.resize(room - 1);  // and a line for the rest
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<std::string> LiveView::render(base::Timestamp now, ScreenSize size, bool colour) const {
  const auto paint = [&](std::string_view code, std::string_view text) {
    std::string cut = fit(text, size.columns);
    return colour ? std::string(code) + cut + std::string(kReset) : cut;
  };
  std::vector<std::string> out;
  if (heading_.command.empty()) {  // it is not known yet what is to be done
    if (const std::string text = overall(now); !text.empty()) out.push_back(paint("", text));
    return out;
  }
  out.push_back(
      paint(kBold, fmt::format("{} {}: {}  {}  {}{}", heading_.command, heading_.environment, heading_.composition, counts(),
                               elapsed(now - heading_.started), overall_.waits_for.empty() ? "" : "  " + overall(now))));
  if (size.rows < 6) {
    out.push_back(paint("", overall(now)));
    out.resize(std::min(out.size(), size.rows));
    return out;
  }

  Layout layout;
  for (const Row& row : rows_) layout.widen(row.plan);
  layout.narrow(size.columns);
  out.push_back(paint(kDim, layout.line(" ", {"HOST", "COMPONENT", "CHANGE"}, "PHASE", "TIME", "")));
  const std::size_t lines_below = std::min(important_.size(), size.rows / 4);
  const std::vector<const Row*> rows = shown(size.rows - out.size() - (lines_below > 0 ? lines_below + 1 : 0));
  for (const Row* row : rows) {
    std::string doing = row->waits_for.empty() ? row->doing : wait_text(row->waits_for, row->deadline, now);
    if (row->phase == Phase::waiting && doing.empty() && layout.change == 0) doing = row->plan.change;
    out.push_back(paint(tone(row->phase), layout.line(symbol(row->phase), row->plan, to_text(row->phase),
                                                      at_work(row->phase) ? elapsed(now - row->since) : "", doing)));
  }
  if (rows.size() < rows_.size()) out.push_back(paint(kDim, fmt::format("  … and {} more", rows_.size() - rows.size())));
  if (lines_below > 0) out.emplace_back();
  for (auto event = important_.end() - static_cast<std::ptrdiff_t>(lines_below); event != important_.end(); ++event) {
    const std::string who = event->host + (event->component.empty() ? "" : " " + event->component);
    const std::string_view code = event->level == Level::error ? kRed : event->level == Level::warning ? kYellow : "";
    out.push_back(
        paint(code, fmt::format("{} {}{}{}", clock_time(event->at), who, who.empty() ? "" : ": ", first_line(event->text))));
  }
  return out;
}

}  // namespace longshore::deployer
