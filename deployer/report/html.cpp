#include "deployer/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deployer/report/html_style.hpp"
#include "deployer/report/text.hpp"
#include "deployer/report/timeline.hpp"

namespace longshore::deployer {
namespace {

std::string_view mood(const Summary& summary) {
  constexpr int kInterrupted = 40;
  return summary.exit_code == 0 ? "good" : summary.exit_code == kInterrupted ? "warn" : "bad";
}

std::string_view mood(NodeResult::Outcome outcome) {
  switch (outcome) {
    case NodeResult::Outcome::updated:
      return "good";
    case NodeResult::Outcome::failed:
      return "bad";
    case NodeResult::Outcome::rolled_back:
      return "warn";
    default:
      return "";
  }
}

std::string words(NodeResult::Outcome outcome) {
  std::string out(to_text(outcome));
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string fact(std::string_view name, const std::string& html) {
  return html.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>\n", name, html);
}

// A link only to what is one: a report must not run what stands in it.
std::string link(const std::string& url) {
  const std::string text = markup(one_line(url));
  if (!url.starts_with("https://") && !url.starts_with("http://")) return text;
  return fmt::format("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", text);
}

std::string head(const Summary& summary) {
  const bool ended = summary.ended.ns != 0;
  std::string out = fmt::format("<section class=\"{}\">\n<h1>{} {}: {}</h1>\n<p class=\"outcome\">{}</p>\n", mood(summary),
                                markup(summary.command), markup(summary.environment), markup(summary.composition),
                                markup(summary.outcome));
  if (!summary.next_command.empty())
    out += fmt::format("<p>Next: <code>{}</code></p>\n", markup(one_line(summary.next_command)));
  out += "<dl class=\"facts\">\n";
  out += fact("Exit code", std::to_string(summary.exit_code));
  out += fact("Before", markup(summary.previous)) + fact("By", markup(summary.by)) + fact("Build", link(summary.build_url));
  out += fact("Rollout", markup(summary.rollout)) + fact("Began", base::format_rfc3339(summary.started, 0));
  if (ended)
    out += fact("Ended", fmt::format("{}, after {}", base::format_rfc3339(summary.ended, 0),
                                     elapsed(summary.ended - summary.started)));
  if (summary.lowest_serving > 0) out += fact("In rotation", fmt::format("never fewer than {}", summary.lowest_serving));
  return out + "</dl>\n</section>\n";
}

std::string gates(const NodeResult& node) {
  std::string out;
  for (const GateResult& gate : node.gates)
    out +=
        fmt::format("<div class=\"gate {}\">{} {}: {}{}</div>", gate.passed ? "" : "bad", gate.passed ? "✓" : "✗",
                    markup(gate.name), markup(gate.value),
                    gate.limit.empty() ? "" : fmt::format(" <span class=\"dim\">(allowed: {})</span>", markup(gate.limit)));
  return out;
}

std::string results(const Summary& summary) {
  std::string out =
      "<section>\n<h2>Nodes</h2>\n<table border=\"1\">\n<tr><th>Component</th><th>Host</th><th>Change</th><th>Outcome</th>"
      "<th>Took</th><th>Gates</th></tr>\n";
  for (const NodeResult& node : summary.nodes)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td>{}</td><td><span class=\"tag {}\">{}</span></td><td "
        "class=\"n\">{}</td><td>{}</td></tr>\n",
        markup(node.component), markup(node.host), markup(one_line(node.change)), mood(node.outcome), words(node.outcome),
        node.took.count() > 0 ? elapsed(node.took) : "", gates(node));
  return out + "</table>\n</section>\n";
}

std::string failure(const NodeResult& node) {
  std::string out = fmt::format("<details open>\n<summary>{} on {}</summary>\n<p>{}</p>\n<dl>\n", markup(node.component),
                                markup(node.host), markup(one_line(node.failure)));
  out += fact("Container", markup(one_line(node.container))) + fact("Undone", markup(one_line(node.undone))) + "</dl>\n";
  if (!node.probes.empty()) {
    out += "<p class=\"dim\">What the probes saw</p>\n<pre>";
    for (const std::string& probe : node.probes) out += markup(one_line(probe)) + "\n";
    out += "</pre>\n";
  }
  if (!node.log_tail.empty())
    out += fmt::format("<p class=\"dim\">What the container said last</p>\n<pre>{}</pre>\n", markup(node.log_tail));
  return out + "</details>\n";
}

std::string failures(const Summary& summary) {
  std::string out;
  for (const NodeResult& node : summary.nodes)
    if (!node.failure.empty()) out += failure(node);
  return out.empty() ? "" : "<section>\n<h2>What failed</h2>\n" + out + "</section>\n";
}

std::string serving(const Summary& summary) {
  if (summary.serving.empty()) return {};
  std::string out =
      "<section>\n<h2>Serving at the end</h2>\n<table border=\"1\">\n<tr><th>Component</th><th>Host</th><th>Version</th>"
      "<th>Rotation</th></tr>\n";
  for (const Serving& each : summary.serving)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td><span class=\"tag {}\">{}</span></td></tr>\n",
                       markup(each.component), markup(each.host), markup(each.version), each.in_rotation ? "good" : "warn",
                       each.in_rotation ? "in" : "out");
  return out + "</table>\n</section>\n";
}

std::string events(const Record& record) {
  std::string out = fmt::format(
      "<section>\n<details>\n<summary>All {} events</summary>\n<table class=\"events\" "
      "border=\"1\">\n<tr><th>Time</th><th>Node</th>"
      "<th>Step</th><th>Event</th></tr>\n",
      record.events.size());
  for (const Event& event : record.events) {
    const std::string who = event.host + (event.component.empty() ? "" : " " + event.component);
    out += fmt::format("<tr class=\"{}\"><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}{}</td></tr>\n",
                       event.call ? "call" : to_text(event.level), base::format_rfc3339(event.at, 3).substr(11, 12),
                       markup(who), markup(event.step), markup(event.text),
                       event.detail.empty() ? "" : "<pre>" + markup(event.detail) + "</pre>");
  }
  return out + "</table>\n</details>\n</section>\n";
}

}  // namespace

std::string render_html(const Record& record) {
  const Summary& summary = record.summary;
  const std::string timeline = render_timeline(record);
  return fmt::format(
             "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
             "content=\"width=device-width\">\n<title>{} {} {}: {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
             markup(summary.command), markup(summary.environment), markup(summary.composition),
             markup(one_line(summary.outcome)), kHtmlStyle) +
         head(summary) + failures(summary) +
         (timeline.empty() ? "" : "<section>\n<h2>Timeline</h2>\n" + timeline + "</section>\n") + results(summary) +
         serving(summary) + events(record) + "</main>\n</body>\n</html>\n";
}

}  // namespace longshore::deployer
