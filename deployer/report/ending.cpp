#include "deployer/report/ending.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "deployer/report/text.hpp"

namespace longshore::deployer {
namespace {

constexpr std::size_t kLogLines = 50;
constexpr std::size_t kShownServing = 12;

std::string count_outcomes(const Summary& summary) {
  static constexpr std::pair<NodeResult::Outcome, std::string_view> kWords[] = {
      {NodeResult::Outcome::updated, "updated"},
      {NodeResult::Outcome::unchanged, "unchanged"},
      {NodeResult::Outcome::rolled_back, "rolled back"},
      {NodeResult::Outcome::failed, "failed"},
      {NodeResult::Outcome::not_started, "not started"}};
  std::string out;
  for (const auto& [outcome, word] : kWords) {
    const auto count = std::count_if(summary.nodes.begin(), summary.nodes.end(),
                                     [&](const NodeResult& node) { return node.outcome == outcome; });
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, word);
  }
  return out;
}

// "web 20150619_1504: web1, web2, web3 (out of rotation)", one line for each version that is somewhere.
std::string render_serving(const Summary& summary) {
  std::map<std::pair<std::string, std::string>, std::string> hosts;
  for (const Serving& serving : summary.serving) {
    std::string& list = hosts[{serving.component, serving.version}];
    list += fmt::format("{}{}{}", list.empty() ? "" : ", ", serving.host, serving.in_rotation ? "" : " (out of rotation)");
  }
  std::string out;
  std::size_t shown = 0;
  for (const auto& [what, list] : hosts) {
    if (++shown > kShownServing) {
      out += fmt::format("  … and {} more\n", hosts.size() - kShownServing);
      break;
    }
    out += "  " + one_line(fmt::format("{} {}: {}", what.first, what.second, list)) + "\n";
  }
  return out;
}

}  // namespace

std::string render_failure(const NodeResult& node) {
  std::string out = fmt::format("--- {} on {}: {}\n", node.component, node.host, one_line(node.failure));
  if (!node.change.empty()) out += fmt::format("planned:   {}\n", one_line(node.change));
  if (!node.container.empty()) out += fmt::format("container: {}\n", one_line(node.container));
  for (const GateResult& gate : node.gates)
    if (!gate.passed)
      out += one_line(fmt::format("gate:      {}: {}, allowed is {}", gate.name, gate.value, gate.limit)) + "\n";
  if (!node.probes.empty()) {
    out += "probes:\n";
    for (const std::string& probe : node.probes) out += "  " + one_line(probe) + "\n";
  }
  if (!node.log_tail.empty())
    out += fmt::format("its last lines:\n{}", indent(last_lines(printable(node.log_tail), kLogLines), "  | "));
  if (!node.undone.empty()) out += fmt::format("undone:    {}\n", one_line(node.undone));
  return out;
}

std::string render_ending(const Summary& summary) {
  std::string out;
  for (const NodeResult& node : summary.nodes)
    if (!node.failure.empty()) out += render_failure(node) + "\n";
  // What was refused before it could begin took no time.
  const std::string took = summary.ended == summary.started ? "" : " after " + elapsed(summary.ended - summary.started);
  if (summary.outcome.find('\n') == std::string::npos)
    out += fmt::format("{} {}: {}{} (exit code {})\n", summary.command, summary.environment, one_line(summary.outcome), took,
                       summary.exit_code);
  else
    out += fmt::format("{} {} ended{} (exit code {}):\n{}", summary.command, summary.environment, took, summary.exit_code,
                       indent(printable(summary.outcome), "  "));
  if (!summary.nodes.empty()) {
    out += "  " + count_outcomes(summary);
    if (summary.lowest_serving > 0) out += fmt::format("; never fewer than {} in rotation", summary.lowest_serving);
    out += '\n';
  }
  if (!summary.serving.empty()) out += "serving now:\n" + render_serving(summary);
  if (!summary.next_command.empty()) out += "next: " + one_line(summary.next_command) + "\n";
  return out;
}

}  // namespace longshore::deployer
