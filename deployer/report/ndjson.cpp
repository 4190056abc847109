#include "deployer/report/ndjson.hpp"

#include <fmt/format.h>

#include "deployer/report/json_object.hpp"

namespace longshore::deployer {
namespace {

std::string seconds(base::Duration duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

void add_heading(JsonObject& out, const Heading& heading) {
  out.text("command", heading.command)
      .text("environment", heading.environment)
      .text("composition", heading.composition)
      .text("previous", heading.previous)
      .text("rollout", heading.rollout)
      .text("by", heading.by)
      .text("build_url", heading.build_url)
      .text("started", base::format_rfc3339(heading.started, 3));
}

std::string gate_json(const GateResult& gate) {
  return JsonObject()
      .text("name", gate.name)
      .text("value", gate.value)
      .text("limit", gate.limit)
      .value("passed", gate.passed ? "true" : "false")
      .take();
}

std::string quoted(const std::string& text) {
  std::string out;
  base::append_json(out, text);
  return out;
}

std::string node_json(const NodeResult& node) {
  JsonObject out;
  out.text("host", node.host)
      .text("component", node.component)
      .text("change", node.change)
      .text("outcome", to_text(node.outcome))
      .value("seconds", seconds(node.took))
      .text("failure", node.failure)
      .text("container", node.container)
      .text("log_tail", node.log_tail)
      .text("undone", node.undone);
  if (!node.probes.empty()) out.value("probes", json_array(node.probes, quoted));
  if (!node.gates.empty()) out.value("gates", json_array(node.gates, gate_json));
  return out.take();
}

}  // namespace

std::string json_line(const Heading& heading, const std::vector<NodePlan>& nodes) {
  JsonObject out;
  out.text("type", "begin");
  add_heading(out, heading);
  out.value(
      "nodes", json_array(nodes, [](const NodePlan& node) {
        return JsonObject().text("host", node.host).text("component", node.component).text("change", node.change).take();
      }));
  return out.take() + "\n";
}

std::string json_line(const Event& event) {
  JsonObject out;
  out.text("type", "event")
      .text("time", base::format_rfc3339(event.at, 3))
      .text("level", to_text(event.level))
      .text("host", event.host)
      .text("component", event.component)
      .text("step", event.step);
  if (!event.host.empty()) out.text("phase", to_text(event.phase));
  out.text("text", event.text).text("detail", event.detail).text("waits_for", event.waits_for);
  if (event.deadline.ns != 0 && event.deadline != base::kNever)
    out.text("deadline", base::format_rfc3339(event.deadline, 3));
  if (event.call) out.value("call", "true");
  return out.take() + "\n";
}

std::string json_line(const Summary& summary) {
  JsonObject out;
  out.text("type", "summary");
  add_heading(out, summary);
  out.text("ended", base::format_rfc3339(summary.ended, 3))
      .value("seconds", seconds(summary.ended - summary.started))
      .value("exit_code", std::to_string(summary.exit_code))
      .text("outcome", summary.outcome)
      .text("next_command", summary.next_command)
      .value("lowest_serving", std::to_string(summary.lowest_serving))
      .value("nodes", json_array(summary.nodes, node_json))
      .value("serving", json_array(summary.serving, [](const Serving& serving) {
               return JsonObject()
                   .text("host", serving.host)
                   .text("component", serving.component)
                   .text("version", serving.version)
                   .value("in_rotation", serving.in_rotation ? "true" : "false")
                   .take();
             }));
  return out.take() + "\n";
}

}  // namespace longshore::deployer
