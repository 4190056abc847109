#include "deployer/report/ndjson.hpp"

#include <fmt/format.h>

#include "common/base/json.hpp"

namespace longshore::deployer {
namespace {

std::string seconds(base::Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

void add_heading(base::JsonObject& out, const Heading& heading) {
  out.text_unless_empty("command", heading.command)
      .text_unless_empty("environment", heading.environment)
      .text_unless_empty("composition", heading.composition)
      .text_unless_empty("previous", heading.previous)
      .text_unless_empty("rollout", heading.rollout)
      .text_unless_empty("by", heading.by)
      .text_unless_empty("build_url", heading.build_url)
      .text_unless_empty("started", base::format_rfc3339(heading.started, 3));
}

std::string gate_json(const GateResult& gate) {
  return base::JsonObject()
      .text_unless_empty("name", gate.name)
      .text_unless_empty("value", gate.value)
      .text_unless_empty("limit", gate.limit)
      .value("passed", gate.passed ? "true" : "false")
      .take();
}

std::string node_json(const NodeResult& node) {
  base::JsonObject out;
  out.text_unless_empty("host", node.host)
      .text_unless_empty("component", node.component)
      .text_unless_empty("change", node.change)
      .text_unless_empty("outcome", to_text(node.outcome))
      .value("seconds", seconds(node.took))
      .text_unless_empty("failure", node.failure)
      .text_unless_empty("container", node.container)
      .text_unless_empty("log_tail", node.log_tail)
      .text_unless_empty("undone", node.undone);
  if (!node.probes.empty()) out.value("probes", base::json_array(node.probes, base::json_text));
  if (!node.gates.empty()) out.value("gates", base::json_array(node.gates, gate_json));
  return out.take();
}

}  // namespace

std::string json_line(const Heading& heading, const std::vector<NodePlan>& nodes) {
  base::JsonObject out;
  out.text_unless_empty("type", "begin");
  add_heading(out, heading);
  out.value("nodes", base::json_array(nodes, [](const NodePlan& node) {
              return base::JsonObject()
                  .text_unless_empty("host", node.host)
                  .text_unless_empty("component", node.component)
                  .text_unless_empty("change", node.change)
                  .take();
            }));
  return out.take() + "\n";
}

std::string json_line(const Event& event) {
  base::JsonObject out;
  out.text_unless_empty("type", "event")
      .text_unless_empty("time", base::format_rfc3339(event.at, 3))
      .text_unless_empty("level", to_text(event.level))
      .text_unless_empty("host", event.host)
      .text_unless_empty("component", event.component)
      .text_unless_empty("step", event.step);
  if (!event.host.empty()) out.text_unless_empty("phase", to_text(event.phase));
  out.text_unless_empty("text", event.text)
      .text_unless_empty("detail", event.detail)
      .text_unless_empty("waits_for", event.waits_for);
  if (event.deadline.ns != 0 && event.deadline != base::kNever)
    out.text_unless_empty("deadline", base::format_rfc3339(event.deadline, 3));
  if (event.call) out.value("call", "true");
  return out.take() + "\n";
}

std::string json_line(const Summary& summary) {
  base::JsonObject out;
  out.text_unless_empty("type", "summary");
  add_heading(out, summary);
  out.text_unless_empty("ended", base::format_rfc3339(summary.ended, 3))
      .value("seconds", seconds(summary.ended - summary.started))
      .value("exit_code", std::to_string(summary.exit_code))
      .text_unless_empty("outcome", summary.outcome)
      .text_unless_empty("next_command", summary.next_command)
      .value("lowest_serving", std::to_string(summary.lowest_serving))
      .value("nodes", base::json_array(summary.nodes, node_json))
      .value("serving", base::json_array(summary.serving, [](const Serving& serving) {
               return base::JsonObject()
                   .text_unless_empty("host", serving.host)
                   .text_unless_empty("component", serving.component)
                   .text_unless_empty("version", serving.version)
                   .value("in_rotation", serving.in_rotation ? "true" : "false")
                   .take();
             }));
  return out.take() + "\n";
}

}  // namespace longshore::deployer
