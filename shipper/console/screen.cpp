#include "shipper/console/screen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/bytes.hpp"

namespace longshore::shipper {
namespace {

constexpr std::string_view kReset = "\x1b[0m", kBold = "\x1b[1m", kDim = "\x1b[2m", kGreen = "\x1b[32m",
                           kYellow = "\x1b[33m", kRed = "\x1b[31m";
constexpr std::size_t kShownAlerts = 8;

std::string number(double value) {
  if (value < 10'000) return fmt::format("{:.0f}", value);
  if (value < 10'000'000) return fmt::format("{:.1f}k", value / 1e3);
  return fmt::format("{:.1f}M", value / 1e6);
}

double rate(std::uint64_t before, std::uint64_t now, double seconds) {
  return now > before && seconds > 0 ? static_cast<double>(now - before) / seconds : 0;
}

// The same entry one sample ago; a fresh one (all zero rates) if it is new.
template <class Item>
Item earlier(const std::vector<Item>& items, const Item& now) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.name == now.name; });
  return found != items.end() ? *found : now;
}

std::uint64_t dropped(const SourceStatus& source) {
  std::uint64_t sum = 0;
  for (const auto& [reason, count] : source.dropped) sum += count;
  return sum;
}

std::string drops(const SourceStatus& source) {
  std::string out;
  for (const auto& [reason, count] : source.dropped)
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", reason, count);
  return out;
}

std::string age(double seconds) {
  if (seconds < 1) return "";
  if (seconds < 120) return fmt::format("{:.0f}s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f}m", seconds / 60);
  return fmt::format("{:.1f}h", seconds / 3600);
}

std::string cut(std::string_view text, std::size_t width) {
  return text.size() <= width ? std::string(text) : std::string(text.substr(0, width - 1)) + "~";
}

std::string bar(double part, std::size_t width) {
  const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * static_cast<double>(width) + 0.5);
  return std::string(full, '#') + std::string(width - full, '.');
}

double spool_part(const SpoolStatus& spool) {
  return spool.max_bytes > 0 ? static_cast<double>(spool.bytes) / static_cast<double>(spool.max_bytes) : 0;
}

// "03:42:12 P2  x7  Out of memory on web-1"; closed ones follow, dimmed.
template <class Paint>
std::string render_alerts(const Status& now, unsigned width, Paint paint) {
  if (now.rules.loaded == 0 && now.alerts.empty() && now.rules.problems.empty()) return {};
  std::string out = paint(
      kDim, fmt::format("\nALERTS  {} rules, {} lines seen, {} matched\n", now.rules.loaded,
                        number(static_cast<double>(now.rules.events)), number(static_cast<double>(now.rules.matched))));
  if (!now.rules.problems.empty())
    out += paint(kRed, cut("rules not used: " + now.rules.problems.substr(0, now.rules.problems.find('\n')), width)) + "\n";
  for (std::size_t i = 0; i < now.alerts.size() && i < kShownAlerts; ++i) {
    const AlertStatus& alert = now.alerts[i];
    const std::string_view time = alert.at.size() >= 19 ? std::string_view(alert.at).substr(11, 8) : alert.at;
    const std::string line = fmt::format("{} {:<6} {} x{:<6} {}", time, alert.open ? "open" : "closed", alert.priority,
                                         alert.count, alert.message);
    const std::string_view tone = !alert.open ? kDim : alert.priority <= "P2" ? kRed : kYellow;
    out += paint(tone, cut(line, width)) + "\n";
  }
  for (const AlertSinkLine& sink : now.alert_sinks)
    if (sink.state != "ok")
      out +=
          paint(kYellow,
                cut(fmt::format("-> {}: {} ({} waiting) {}", sink.name, sink.state, sink.waiting, sink.last_error), width)) +
          "\n";
  return out;
}

}  // namespace

std::string render_screen(const Status& before, const Status& now, double seconds, unsigned width, bool colour) {
  width = std::max(width, 80U);
  const std::size_t name_width = width - 60;
  const auto paint = [&](std::string_view code, std::string text) {
    return colour ? std::string(code) + text + std::string(kReset) : text;
  };
  std::string out = paint(kBold, fmt::format("longshore shipper {}", now.version)) +
                    fmt::format("  {}  up {}  memory {}\n\n", now.state, age(std::max(now.uptime_seconds, 1.0)),
                                base::format_bytes({now.rss_bytes}));
  for (const AnnotationStatus& each : now.annotations)
    out += paint(kYellow, cut(fmt::format("{} of {} in {} since {}, until {} at the latest", each.kind, each.composition,
                                          each.environment, each.since, each.until),
                              width)) +
           "\n\n";
  out += paint(kDim,
               fmt::format("{:<{}} {:>9} {:>10} {:>11}  {}\n", "SOURCE", name_width, "lines/s", "bytes/s", "lines", "lost"));
  for (const SourceStatus& source : now.sources) {
    const SourceStatus old = earlier(before.sources, source);
    std::string line = fmt::format("{:<{}} {:>9} {:>10} {:>11}", cut(source.name, name_width), name_width,
                                   number(rate(old.received, source.received, seconds)),
                                   base::format_bytes({static_cast<std::uint64_t>(rate(old.bytes, source.bytes, seconds))}),
                                   number(static_cast<double>(source.received)));
    if (dropped(source) > 0) line += "  " + paint(kYellow, cut(drops(source), 24));
    out += line + "\n";
  }
  const SpoolStatus& spool = now.spool;
  out += paint(kDim, "\nSPOOL\n") + fmt::format("[{}] {} of {}, {} segments, {} lines unwritten\n",
                                                bar(spool_part(spool), 20), base::format_bytes({spool.bytes}),
                                                base::format_bytes({spool.max_bytes}), spool.segments, now.pending_events);
  if (!spool.stalled.empty()) out += paint(kRed, "nothing can be written: " + cut(spool.stalled, width - 25)) + "\n";
  if (spool.corrupt_blocks > 0)
    out +=
        paint(kYellow, fmt::format("{} damaged blocks set aside, {} lines lost", spool.corrupt_blocks, spool.lost_events)) +
        "\n";
  out += paint(kDim, fmt::format("\n{:<{}} {:>9} {:>10} {:>11}  {}\n", "SINK", name_width, "lines/s", "backlog", "delivered",
                                 "state"));
  for (const SinkStatus& sink : now.sinks) {
    const SinkStatus old = earlier(before.sinks, sink);
    const std::string_view tone = sink.state == "ok" ? kGreen : sink.state == "held" ? kRed : kYellow;
    out += fmt::format("{:<{}} {:>9} {:>10} {:>11}  {}\n", cut(sink.name, name_width), name_width,
                       number(rate(old.delivered, sink.delivered, seconds)),
                       number(static_cast<double>(sink.backlog)) +
                           (sink.backlog > 0 && sink.backlog_seconds >= 1 ? " " + age(sink.backlog_seconds) : ""),
                       number(static_cast<double>(sink.delivered)), paint(tone, sink.state));
    if (sink.dead_lettered > 0) out += paint(kRed, fmt::format("  {} in the dead-letter file", sink.dead_lettered)) + "\n";
    if (!sink.last_error.empty() && sink.state != "ok") out += paint(kYellow, "  " + cut(sink.last_error, width - 3)) + "\n";
  }
  out += render_alerts(now, width, paint);
  return out;
}

std::string render_line(const Status& before, const Status& now, double seconds) {
  double events = 0, bytes = 0;
  std::uint64_t lost = 0;
  for (const SourceStatus& source : now.sources) {
    const SourceStatus old = earlier(before.sources, source);
    events += rate(old.received, source.received, seconds);
    bytes += rate(old.bytes, source.bytes, seconds);
    lost += dropped(source);
  }
  std::string out =
      fmt::format("in={}/s ({}/s) spool={}", number(events), base::format_bytes({static_cast<std::uint64_t>(bytes)}),
                  base::format_bytes({now.spool.bytes}));
  for (const SinkStatus& sink : now.sinks) {
    const SinkStatus old = earlier(before.sinks, sink);
    out += fmt::format(" {}={}/s", sink.name, number(rate(old.delivered, sink.delivered, seconds)));
    if (sink.backlog > 0) out += fmt::format(" backlog={}", number(static_cast<double>(sink.backlog)));
    if (sink.state != "ok") out += fmt::format(" ({}: {})", sink.state, sink.last_error);
  }
  if (lost > 0) out += fmt::format(" dropped={}", lost);
  if (!now.spool.stalled.empty()) out += " STALLED: " + now.spool.stalled;
  return out;
}

std::string render_summary(const Status& now) {
  std::uint64_t received = 0, bytes = 0;
  std::string out;
  for (const SourceStatus& source : now.sources) {
    received += source.received;
    bytes += source.bytes;
    if (source.received > 0 || dropped(source) > 0)
      out += fmt::format("  {}: {} lines{}\n", source.name, source.received,
                         dropped(source) > 0 ? ", dropped: " + drops(source) : "");
  }
  out = fmt::format("received {} lines, {}\n", received, base::format_bytes({bytes})) + out;
  for (const SinkStatus& sink : now.sinks)
    out += fmt::format("  -> {}: {} delivered, {} waiting{}\n", sink.name, sink.delivered, sink.backlog,
                       sink.dead_lettered > 0 ? fmt::format(", {} in the dead-letter file", sink.dead_lettered) : "");
  return out;
}

}  // namespace longshore::shipper
