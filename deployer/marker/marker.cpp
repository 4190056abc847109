#include "deployer/marker/marker.hpp"

#include <fmt/format.h>

#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

bool is_over(const Marker& marker) {
  return marker.moment == Marker::Moment::end || marker.moment == Marker::Moment::failure;
}

void add_fields(base::JsonObject& out, const Marker& marker) {
  const Heading& heading = marker.heading;
  out.text_unless_empty("kind", "deploy")
      .text_unless_empty("phase", to_text(marker.moment))
      .text_unless_empty("environment", heading.environment)
      .text_unless_empty("composition", heading.composition)
      .text_unless_empty("previous", heading.previous)
      .text_unless_empty("rollout", heading.rollout)
      .text_unless_empty("command", heading.command)
      .text_unless_empty("by", heading.by)
      .text_unless_empty("build_url", heading.build_url)
      .value("hosts", std::to_string(marker.hosts));
  if (is_over(marker))
    out.text_unless_empty("outcome", marker.outcome)
        .value("exit_code", std::to_string(marker.exit_code))
        .value("seconds", fmt::format("{:.1f}", std::chrono::duration<double>(marker.at - heading.started).count()));
}

std::string milliseconds(base::Timestamp time) { return std::to_string(time.ns / 1'000'000); }

std::string tags(const Marker& marker) {
  std::string tag;
  base::append_json(tag, "environment:" + marker.heading.environment);
  return fmt::format("[\"deploy\",{}{}]", tag, marker.moment == Marker::Moment::failure ? ",\"failed\"" : "");
}

// Slack's text has three characters that mean something
// (https://api.slack.com/reference/surfaces/formatting#escaping).
std::string slack_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

}  // namespace

std::string_view to_text(Marker::Moment moment) {
  static constexpr std::string_view kNames[] = {"begin", "canary", "end", "failure"};
  return kNames[static_cast<std::size_t>(moment)];
}

Marker begin_marker(const Heading& heading, std::size_t hosts) {
  return {.heading = heading, .at = heading.started, .hosts = hosts};
}

Marker canary_marker(const Heading& heading, std::size_t hosts, base::Timestamp at) {
  Marker marker = begin_marker(heading, hosts);
  marker.moment = Marker::Moment::canary;
  marker.at = at;
  return marker;
}

Marker end_marker(const Summary& summary, std::size_t hosts) {
  return {.moment = summary.exit_code == 0 ? Marker::Moment::end : Marker::Moment::failure,
          .heading = summary,
          .at = summary.ended,
          .hosts = hosts,
          .outcome = summary.outcome,
          .exit_code = summary.exit_code,
          .next_command = summary.next_command};
}

std::string sentence(const Marker& marker) {
  const Heading& heading = marker.heading;
  const std::string by = heading.by.empty() ? "" : fmt::format(" ({})", heading.by);
  const std::string what = fmt::format("{}: {} {}", heading.environment, heading.command, heading.composition);
  switch (marker.moment) {
    case Marker::Moment::begin:
      return one_line(fmt::format("{} begins on {} hosts{}", what, marker.hosts, by));
    case Marker::Moment::canary:
      return one_line(fmt::format("{} serves on its first host{}", what, by));
    case Marker::Moment::end:
      return one_line(fmt::format("{} {} after {}{}", what, marker.outcome, elapsed(marker.at - heading.started), by));
    case Marker::Moment::failure:
      return one_line(fmt::format("{} failed after {} (exit code {}): {}{}{}", what, elapsed(marker.at - heading.started),
                                  marker.exit_code, marker.outcome,
                                  marker.next_command.empty() ? "" : "; next: " + marker.next_command, by));
  }
  return what;
}

std::string log_json(const Marker& marker) {
  base::JsonObject out;
  out.text_unless_empty("timestamp", base::format_rfc3339(marker.at, 3))
      .text_unless_empty("app", "longshore-deploy")
      .text_unless_empty("message", sentence(marker));
  add_fields(out, marker);
  return out.take();
}

std::string grafana_json(const Marker& marker) {
  base::JsonObject out;
  out.value("time", milliseconds(is_over(marker) ? marker.heading.started : marker.at));
  if (is_over(marker)) out.value("timeEnd", milliseconds(marker.at));
  return out.value("tags", tags(marker)).text_unless_empty("text", sentence(marker)).take();
}

std::string grafana_end_json(const Marker& marker) {
  return base::JsonObject()
      .value("timeEnd", milliseconds(marker.at))
      .value("tags", tags(marker))
      .text_unless_empty("text", sentence(marker))
      .take();
}

std::string webhook_json(const Marker& marker) {
  base::JsonObject out;
  std::string text = slack_text(sentence(marker));
  if (marker.heading.build_url.starts_with("http")) text += " " + one_line(marker.heading.build_url);
  out.text_unless_empty("text", text).text_unless_empty("timestamp", base::format_rfc3339(marker.at, 3));
  add_fields(out, marker);
  return out.take();
}

std::string shipper_json(const Marker& marker, base::Duration ttl) {
  // An end that shipper refuses for a long member would leave the deploy on.
  constexpr std::size_t kLongest = 512;
  base::JsonObject out;
  const auto add = [&](std::string_view name, std::string_view value) {
    out.text_unless_empty(name, base::cut_to_bytes(value, kLongest));
  };
  const Heading& heading = marker.heading;
  add("kind", "deploy");
  add("phase", is_over(marker) ? "end" : "begin");
  add("environment", heading.environment);
  add("composition", heading.composition);
  add("rollout", heading.rollout);
  add("by", heading.by);
  add("build_url", heading.build_url);
  if (is_over(marker))
    add("outcome", marker.outcome);
  else
    add("ttl", base::format_duration(ttl));
  return out.take();
}

}  // namespace longshore::deployer
