#include "deployer/report/junit.hpp"

#include <fmt/format.h>

#include "deployer/report/ending.hpp"
#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

constexpr int kPlanHasChanges = 2;

std::string seconds(base::Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

// The events of a node, as the output of its test case.
std::string output_of(const Record& record, const NodeResult& node) {
  std::string out;
  for (const Event& event : record.events) {
    if (event.host != node.host || (!event.component.empty() && event.component != node.component) || event.call) continue;
    out += fmt::format("{} {}: {}\n", clock_time(event.at), to_text(event.phase), one_line(event.text));
  }
  return out;
}

std::string property(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("    <property name=\"{}\" value=\"{}\"/>\n", name, markup(one_line(value)));
}

std::string failure(std::string_view type, std::string_view message, std::string_view text) {
  return fmt::format("    <failure type=\"{}\" message=\"{}\">{}</failure>\n", type, markup(one_line(message)),
                     markup(text));
}

std::string test_case(const Record& record, const NodeResult& node) {
  std::string out =
      fmt::format("  <testcase classname=\"{}\" name=\"{}@{}\" time=\"{}\">\n", markup(record.summary.environment),
                  markup(node.component), markup(node.host), seconds(node.took));
  if (is_failure(node.outcome))
    out += failure(to_text(node.outcome),
                   node.outcome == NodeResult::Outcome::rolled_back ? "rolled back: " + node.failure : node.failure,
                   render_failure(node));
  if (node.outcome == NodeResult::Outcome::not_started) out += "    <skipped message=\"the rollout did not come to it\"/>\n";
  const std::string output = output_of(record, node);
  if (!output.empty()) out += fmt::format("    <system-out>{}</system-out>\n", markup(output));
  return out + "  </testcase>\n";
}

}  // namespace

std::string render_junit(const Record& record) {
  const Summary& summary = record.summary;
  std::size_t failures = 0, skipped = 0;
  std::string cases;
  for (const NodeResult& node : summary.nodes) {
    failures += is_failure(node.outcome) ? 1 : 0;
    skipped += node.outcome == NodeResult::Outcome::not_started ? 1 : 0;
    cases += test_case(record, node);
  }
  const bool run_failed = summary.exit_code != 0 && summary.exit_code != kPlanHasChanges;
  // Also a run of no nodes has a test case: the plugin calls a report without any a mistake.
  cases += fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{}\"", markup(summary.environment),
                       markup(summary.command),
                       seconds(summary.ended.ns == 0 ? base::Duration{} : summary.ended - summary.started));
  if (run_failed) {
    ++failures;
    std::string text = fmt::format("exit code {}\n", summary.exit_code);
    if (!summary.next_command.empty()) text += fmt::format("next: {}\n", summary.next_command);
    for (const Event& event : record.events)
      if (event.level == Level::error)
        text += fmt::format("{} {}{}\n{}", clock_time(event.at), event.host.empty() ? "" : event.host + ": ",
                            one_line(event.text), indent(event.detail, "  | "));
    cases += ">\n" + failure("exit_" + std::to_string(summary.exit_code), summary.outcome, text) + "  </testcase>\n";
  } else {
    cases += "/>\n";
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format(
      "<testsuite name=\"deployer {}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{}\" "
      "timestamp=\"{}\">\n",
      markup(summary.environment), summary.nodes.size() + 1, failures, skipped,
      seconds(summary.ended.ns == 0 ? base::Duration{} : summary.ended - summary.started),
      base::format_rfc3339(summary.started, 0).substr(0, 19));
  out += "  <properties>\n" + property("composition", summary.composition) + property("previous", summary.previous) +
         property("rollout", summary.rollout) + property("command", summary.command) + property("by", summary.by) +
         property("build_url", summary.build_url) + property("exit_code", std::to_string(summary.exit_code)) +
         property("outcome", summary.outcome) + property("next_command", summary.next_command) +
         property("lowest_serving", std::to_string(summary.lowest_serving)) + "  </properties>\n";
  return out + cases + "</testsuite>\n";
}

}  // namespace longshore::deployer
