#include "deployer/report/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

constexpr double kLabel = 230, kWidth = 1100, kRow = 26, kTop = 28, kBar = 16, kRight = 24;

bool is_end(Phase phase) { return phase == Phase::done || phase == Phase::undone || phase == Phase::failed; }

// Told apart by hue and lightness, on white and on black.
std::string_view colour(Phase phase) {
  switch (phase) {
    case Phase::waiting:
      return "#9aa4b2";
    case Phase::pulling:
      return "#7c93c3";
    case Phase::staging:
      return "#5b7bd5";
    case Phase::draining:
      return "#e0a030";
    case Phase::stopping:
      return "#c96f3b";
    case Phase::starting:
      return "#8a63c9";
    case Phase::probing:
      return "#b05fb8";
    case Phase::entering:
      return "#2f9bb3";
    case Phase::watching:
      return "#4fae7b";
    case Phase::done:
      return "#2e9e5b";
    case Phase::undoing:
      return "#d9893a";
    case Phase::undone:
      return "#c98a1b";
    case Phase::failed:
      return "#d64545";
  }
  return "#9aa4b2";
}

double seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

// 1, 2 or 5 times a power of ten seconds, or minutes, so that some six marks fit.
double tick_step(double total) {
  static constexpr std::array kSteps{0.1, 0.2, 0.5, 1., 2., 5., 10., 20., 30., 60., 120., 300., 600., 1200., 1800., 3600.};
  for (const double step : kSteps)
    if (total / step <= 8) return step;
  return total / 8;
}

std::string bar(double x, double width, double y, Phase phase, const std::string& title) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\" fill=\"{}\"><title>{}</title></rect>\n", x, y,
      std::max(width, 1.5), kBar, colour(phase), title);
}

std::string end_mark(double x, double y, Phase phase) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" fill=\"{}\"><title>{}</title></circle>\n", x + 7,
                     y + kBar / 2, colour(phase), to_text(phase));
}

std::string legend(const std::vector<Phase>& used, double y) {
  std::string out;
  double x = kLabel;
  for (const Phase phase : used) {
    out += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"10\" height=\"10\" rx=\"2\" fill=\"{}\"/>", x, y,
                       colour(phase));
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"currentColor\" font-size=\"12\">{}</text>\n", x + 14, y + 9.5,
                       to_text(phase));
    x += 24 + 7.5 * static_cast<double>(to_text(phase).size());
  }
  return out;
}

}  // namespace

std::vector<Stretch> stretches(const Record& record, const NodeResult& node) {
  std::vector<Stretch> out;
  Phase phase = Phase::waiting;
  base::Timestamp since = record.summary.started;
  const auto close = [&](base::Timestamp until) {
    const bool shown = phase != Phase::waiting && phase != Phase::done && phase != Phase::undone;  // but what failed is
    if (shown && until > since) out.push_back({phase, since, until});
  };
  for (const Event& event : record.events) {
    if (event.call || event.host != node.host || (!event.component.empty() && event.component != node.component)) continue;
    if (event.phase == phase) continue;
    close(event.at);
    phase = event.phase;
    since = event.at;
  }
  if (is_end(phase))
    out.push_back({phase, since, since});
  else
    close(std::max(record.summary.ended, since));
  return out;
}

std::string render_timeline(const Record& record) {
  const double total = std::max(0.001, seconds(record.summary.ended - record.summary.started));
  const double scale = (kWidth - kLabel - kRight) / total;
  const auto place = [&](base::Timestamp at) {
    return kLabel + std::clamp(seconds(at - record.summary.started), 0.0, total) * scale;
  };
  std::string rows;
  std::vector<Phase> used;
  double y = kTop;
  for (const NodeResult& node : record.summary.nodes) {
    if (node.outcome == NodeResult::Outcome::unchanged) continue;  // what its host does is not about it
    const std::vector<Stretch> way = stretches(record, node);
    if (way.empty()) continue;
    rows += fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\" fill=\"currentColor\" font-size=\"13\">{}</text>\n",
                        kLabel - 10, y + 12.5, markup(fit(node.component + " @ " + node.host, 30)));
    for (const Stretch& stretch : way) {
      if (stretch.from == stretch.until)
        rows += end_mark(place(stretch.from), y, stretch.phase);
      else
        rows += bar(place(stretch.from), place(stretch.until) - place(stretch.from), y, stretch.phase,
                    fmt::format("{} {}", to_text(stretch.phase), elapsed(stretch.until - stretch.from)));
      if (std::find(used.begin(), used.end(), stretch.phase) == used.end()) used.push_back(stretch.phase);
    }
    y += kRow;
  }
  if (rows.empty()) return {};
  std::sort(used.begin(), used.end());
  std::string grid;
  for (double at = 0, step = tick_step(total); at <= total; at += step) {
    const double x = kLabel + at * scale;
    const base::Duration since_start(static_cast<std::int64_t>(at * 1e9 + 0.5));
    grid += fmt::format(
        "<line x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\" stroke=\"#888\" stroke-opacity=\"0.25\"/>", x,
        kTop - 8, y);
    grid +=
        fmt::format("<text x=\"{:.1f}\" y=\"{}\" fill=\"currentColor\" font-size=\"11\" text-anchor=\"middle\">{}</text>\n",
                    x, kTop - 13, elapsed(since_start));
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} {:.0f}\" width=\"100%\" font-family=\"sans-serif\" role=\"img\" "
      "aria-label=\"Timeline\">\n{}{}{}</svg>\n",
      kWidth, y + 26, grid, rows, legend(used, y + 8));
}

}  // namespace longshore::deployer
