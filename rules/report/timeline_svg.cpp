#include "rules/report/timeline_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "common/base/utf8.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

constexpr double kWidth = 960, kBars = 44, kLane = 9, kGap = 5;
constexpr std::size_t kMostSpans = 500;

class Scale {
 public:
  explicit Scale(const BacktestReport& report)
      : from_(report.from), span_(std::max<double>(1, static_cast<double>((report.until - report.from).count()))) {}
  double x(base::Timestamp time) const {
    return std::clamp(static_cast<double>((time - from_).count()) / span_, 0.0, 1.0) * kWidth;
  }

 private:
  base::Timestamp from_;
  double span_;
};

std::string clock_text(base::Timestamp time) {
  std::string text = base::format_rfc3339(time, 0);
  text[10] = ' ';
  return text.substr(0, 19);
}

// A bar for each period; heights by square root, so that a storm does not hide the rest.
std::string bars(const Timeline& timeline, const Scale& scale) {
  std::uint64_t most = 1;
  for (const std::uint64_t count : timeline.counts()) most = std::max(most, count);
  std::string path;
  for (std::size_t i = 0; i < timeline.counts().size(); ++i) {
    const std::uint64_t count = timeline.counts()[i];
    if (count == 0) continue;
    const base::Timestamp begin = timeline.start() + timeline.period() * i;
    const double left = scale.x(begin), right = std::max(scale.x(begin + timeline.period()), left + 1.5);
    const double height = std::max(2.0, kBars * std::sqrt(static_cast<double>(count) / static_cast<double>(most)));
    path += fmt::format("M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", left, kBars, right - left, -height, right - left);
  }
  return path.empty() ? "" : fmt::format("<path class=\"bars\" d=\"{}\"/>", path);
}

std::string spans(const RuleTrial& trial, const Scale& scale, double y, std::string_view kind) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kMostSpans, trial.alerts.size()); ++i) {
    const AlertSpan& alert = trial.alerts[i];
    const double left = scale.x(alert.opened), width = std::max(3.0, scale.x(alert.closed) - left);
    out += fmt::format(
        "<rect class=\"{}\" x=\"{:.1f}\" y=\"{}\" width=\"{:.1f}\" height=\"{}\" rx=\"2\"><title>{}</title></rect>", kind,
        std::min(left, kWidth - 3), y, width, kLane,
        html_text(fmt::format("{}\nopened {}, {} {}\n{}", alert.message, clock_text(alert.opened),
                              alert.still_open ? "still open after" : "open for", rough(alert.closed - alert.opened),
                              grouped(alert.count) + " matches")));
  }
  return out;
}

}  // namespace

std::string html_text(std::string_view raw) {
  const std::string text = base::cut_to_characters(raw, raw.size() + 1);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += (byte < ' ' && c != '\n') || byte == 0x7F ? ' ' : c;
  }
  return out;
}

std::string timeline_svg(const BacktestReport& report, const BacktestReport::Row& row) {
  const Scale scale(report);
  const double height = kBars + (kGap + kLane) * (report.compares ? 2 : 1);
  std::string inside = bars(row.any().timeline, scale);
  inside += fmt::format("<path class=\"ground\" d=\"M0 {}h{}\"/>", kBars, kWidth);
  if (row.now) inside += spans(*row.now, scale, kBars + kGap, "now");
  if (row.before) inside += spans(*row.before, scale, kBars + 2 * kGap + kLane, "before");
  return fmt::format(
      "<svg viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{} over time\">{}</svg>", kWidth,
      height, html_text(row.any().id), inside);
}

std::string axis_svg(const BacktestReport& report) {
  using namespace std::chrono_literals;
  constexpr std::array<base::Duration, 16> kSteps = {1s, 5s,  15s, 1min, 5min, 15min, 1h,    3h,
                                                     6h, 12h, 24h, 48h,  168h, 720h,  2160h, 8760h};
  const base::Duration span = report.until - report.from;
  const auto step = std::find_if(kSteps.begin(), kSteps.end(), [&](base::Duration each) { return span / each <= 8; });
  const base::Duration width = step == kSteps.end() ? kSteps.back() : *step;
  const Scale scale(report);
  std::string out;
  base::Timestamp tick{report.from.ns / width.count() * width.count()};
  for (; tick <= report.until; tick = tick + width) {
    if (tick < report.from) continue;
    const std::string text = clock_text(tick);
    const std::string label = width >= 24h ? text.substr(5, 5) : width >= 1min ? text.substr(5, 11) : text.substr(11, 8);
    const double left = scale.x(tick) / kWidth * 100;
    if (left < 94) out += fmt::format("<span style=\"left:{:.2f}%\">{}</span>", left, label);
  }
  return "<div class=\"axis\">" + out + "</div>";
}

}  // namespace longshore::rules
