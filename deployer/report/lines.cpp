#include "deployer/report/lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deployer/report/ending.hpp"
#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

constexpr auto kSilence = std::chrono::seconds(10);
constexpr std::size_t kPhaseWidth = 8;

std::string_view mark(Level level) { return level == Level::error ? "ERROR " : level == Level::warning ? "WARNING " : ""; }

}  // namespace

NameWidths name_widths(const std::vector<NodePlan>& nodes) {
  NameWidths widths;
  for (const NodePlan& node : nodes) {
    widths.host = std::max(widths.host, columns(node.host));
    widths.component = std::max(widths.component, columns(node.component));
  }
  return widths;
}

std::string render_line(const Event& event, NameWidths widths) {
  std::string out = clock_time(event.at) + ' ';
  if (event.host.empty() && event.component.empty()) {
    out += pad(event.step, widths.host + widths.component + kPhaseWidth + 2) + ' ';
  } else {
    out += pad(event.host, std::max(widths.host, columns(event.host))) + ' ';
    out += pad(event.component, std::max(widths.component, columns(event.component))) + ' ';
    out += pad(to_text(event.phase), kPhaseWidth) + ' ';
  }
  out += fmt::format(" {}{}\n", mark(event.level), first_line(event.text));
  const std::size_t end = event.text.find('\n');
  const std::string rest = end == std::string::npos ? "" : event.text.substr(end + 1);
  return out + indent(printable(rest), "         | ") + indent(printable(event.detail), "         | ");
}

std::string render_heading(const Heading& heading, const std::vector<NodePlan>& nodes) {
  std::string out = fmt::format("{} {}: {}{}\n", heading.command, heading.environment, heading.composition,
                                heading.previous.empty() ? "" : " (before: " + heading.previous + ")");
  out += fmt::format("rollout {}{}{}, times are UTC\n", heading.rollout, heading.by.empty() ? "" : " by " + heading.by,
                     heading.build_url.empty() ? "" : ", " + heading.build_url);
  const NameWidths widths = name_widths(nodes);
  std::size_t same = 0;
  for (const NodePlan& node : nodes) {
    if (needs_nothing(node.change))
      ++same;
    else
      out += fmt::format("  {} {} {}\n", pad(node.host, widths.host), pad(node.component, widths.component),
                         one_line(node.change));
  }
  if (same > 0) out += fmt::format("  {} of {} need nothing\n", same, nodes.size());
  return out;
}

void Lines::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  widths_ = name_widths(nodes);
  out_(render_heading(heading, nodes));
}

void Lines::on(const Event& event) {
  if (event.call) return;
  std::erase_if(waits_, [&](const Wait& wait) {
    const bool same_node =
        event.component.empty() || wait.event.component.empty() || wait.event.component == event.component;
    return wait.event.host == event.host && same_node;
  });
  if (!event.waits_for.empty()) waits_.push_back({event, event.at});
  if (event.level != Level::detail) out_(render_line(event, widths_));
}

void Lines::tick(base::Timestamp now) {
  for (Wait& wait : waits_) {
    if (now - wait.told < kSilence) continue;
    wait.told = now;
    Event line = wait.event;
    line.level = Level::info;
    line.detail.clear();
    line.text = fmt::format("waits for {}: {} so far", one_line(wait.event.waits_for), elapsed(now - wait.event.at));
    if (wait.event.deadline.ns != 0 && wait.event.deadline != base::kNever)
      line.text += ", gives up in " + elapsed(wait.event.deadline - now);
    line.at = now;
    out_(render_line(line, widths_));
  }
}

void Lines::finish(const Summary& summary) {
  waits_.clear();
  out_(render_ending(summary));
}

}  // namespace longshore::deployer
