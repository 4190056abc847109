#include "health/daemon/status.hpp"

#include <fmt/format.h>

#include "common/base/json.hpp"
#include "common/telemetry/prometheus.hpp"
#include "health/version.hpp"

namespace longshore::health {
namespace {

using base::json_text;
using telemetry::PrometheusText;
using Kind = PrometheusText::Kind;

std::string_view word(Verdict verdict) {
  return verdict == Verdict::well ? "well" : verdict == Verdict::sick ? "sick" : "unknown";
}

}  // namespace

std::string status_json(const Node& node) {
  const Answer answer = node.answer();
  std::string out = fmt::format(
      "{{\"version\":\"{}\",\"state\":\"{}\",\"status\":{},\"why\":{},\"wanted\":\"{}\",\"since\":\"{}\",\"by\":{},"
      "\"checks\":[",
      kVersion, name_of(answer.state), answer.status, json_text(answer.why), node.wish().out ? "out" : "in",
      base::format_rfc3339(node.wish().since, 0), json_text(node.wish().by));
  const char* separator = "";
  for (const auto& watched : node.watch().watched()) {
    const CheckState& state = watched->state;
    out += fmt::format("{}{{\"name\":{},\"verdict\":\"{}\",\"why\":{},\"seconds\":{:.6f},\"passes\":{},\"failures\":{}}}",
                       separator, json_text(watched->check.name), word(state.verdict()), json_text(state.why()),
                       std::chrono::duration<double>(watched->took).count(), state.passes(), state.failures());
    separator = ",";
  }
  out += "],\"answers\":{";
  separator = "";
  for (const auto& [status, count] : node.answers()) {
    out += fmt::format("{}\"{}\":{}", separator, status, count);
    separator = ",";
  }
  return out + "}}\n";
}

std::string status_text(const Node& node) {
  const Answer answer = node.answer();
  std::string out = fmt::format("answers {}, {}", answer.status, text_body(answer));
  out += fmt::format("wanted {} since {} by {}\n", node.wish().out ? "out" : "in",
                     base::format_rfc3339(node.wish().since, 0), node.wish().by);
  for (const auto& watched : node.watch().watched()) {
    const CheckState& state = watched->state;
    out += fmt::format("{:<7} {}{}\n", word(state.verdict()), watched->check.name,
                       state.verdict() == Verdict::well || state.why().empty() ? "" : ": " + state.why());
  }
  return out;
}

std::string metrics_text(const Node& node) {
  PrometheusText text;
  const auto family = [&](std::string_view name, Kind kind, std::string_view help) {
    text.family(fmt::format("longshore_health_{}", name), kind, help);
  };
  const Answer answer = node.answer();
  family("in_rotation", Kind::gauge, "1 while 200 is answered");
  text.sample({}, std::uint64_t{answer.status == 200});
  family("drained", Kind::gauge, "1 while the node is to be out");
  text.sample({}, std::uint64_t{node.wish().out});
  family("answers_total", Kind::counter,
         "Answers to load balancers, by the status of HTTP; those of the agent-check are among them");
  for (const auto& [status, count] : node.answers()) text.sample({{"status", std::to_string(status)}}, count);
  family("answer_changes_total", Kind::counter, "How often another status was answered than before");
  text.sample({}, node.changes());
  const auto& watched = node.watch().watched();
  family("check_well", Kind::gauge, "1 while the check counts as passing");
  for (const auto& one : watched)
    text.sample({{"check", one->check.name}}, std::uint64_t{one->state.verdict() == Verdict::well});
  family("check_passes_total", Kind::counter, "Looks that passed");
  for (const auto& one : watched) text.sample({{"check", one->check.name}}, one->state.passes());
  family("check_failures_total", Kind::counter, "Looks that failed");
  for (const auto& one : watched) text.sample({{"check", one->check.name}}, one->state.failures());
  family("check_duration_seconds", Kind::gauge, "How long the last look took");
  for (const auto& one : watched)
    text.sample({{"check", one->check.name}}, std::chrono::duration<double>(one->took).count());
  return text.text();
}

}  // namespace longshore::health
