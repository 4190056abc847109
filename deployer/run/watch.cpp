#include "deployer/run/watch.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <simdjson.h>

#include <algorithm>

#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

constexpr base::Duration kBlind = 10s;  // how long a gate may be unreadable
constexpr int kLogLines = 500;          // looked through at each sample

std::vector<std::string> lines_that_match(const std::string& log, const re2::RE2& pattern) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < log.size();) {
    const std::size_t end = std::min(log.find('\n', at), log.size());
    const std::string line = log.substr(at, end - at);
    if (re2::RE2::PartialMatch(line, pattern)) found.push_back(line);
    at = end + 1;
  }
  return found;
}

}  // namespace

NodeWatch::NodeWatch(Context& context, std::string host, const HostTarget& target, Observation before)
    : context_(context), host_(std::move(host)), target_(target), before_(std::move(before)) {}

Result<Observation> NodeWatch::observe(Context& context, const std::string& name, const HostTarget& target) {
  Observation seen;
  TRY(state, context.fleet.observe(name, target));
  for (const Wanted& wanted : target)
    if (const ContainerState* match = find_match(state, wanted); match != nullptr) seen.containers.push_back(*match);
  TRY(servers, context.fleet.servers());
  seen.fleet = std::move(servers);
  const std::string& shipper = context.environment.gates.shipper;
  if (!shipper.empty()) {
    TRY(answer, context.fleet.host(name).get(fill(shipper, context.entry(name)) + "/status", {}, 3s));
    if (answer.status != 200) return fail(Code::unavailable, fmt::format("{}: shipper answers {}", name, answer.status));
    TRY(alerts, read_alerts(answer.body));
    seen.alerts = std::move(alerts);
  }
  return seen;
}

Result<Observation> NodeWatch::look() {
  TRY(seen, observe(context_, host_, target_));
  const std::string& pattern = context_.environment.gates.log_pattern;
  if (pattern.empty()) return seen;
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  for (const ContainerState& container : seen.containers) {
    if (container.get(label::kRollout) != context_.rollout) continue;
    TRY(log, context_.fleet.host(host_).logs(container.id, kLogLines, container.started_at));
    for (std::string& line : lines_that_match(log, compiled)) seen.log_matches.push_back(std::move(line));
  }
  return seen;
}

Result<void> NodeWatch::run(base::Duration duration) {
  std::vector<Seat> seats;
  for (const Wanted& wanted : target_) seats.insert(seats.end(), wanted.seats.begin(), wanted.seats.end());
  const base::Timestamp end = context_.now() + duration;
  context_.reporter.on({.at = context_.now(),
                        .level = Level::info,
                        .host = host_,
                        .step = "soak",
                        .phase = Phase::watching,
                        .text = fmt::format("is watched for {}", base::format_duration(duration)),
                        .waits_for = "the time in which its gates look at it",
                        .deadline = end});
  // Counters are compared with those of now: what the old version did until it left is not the new one's.
  {
    const auto servers = context_.fleet.servers();
    if (servers) before_.fleet = *servers;
  }
  const Watch watch(context_.environment.gates, seats, before_);
  base::Timestamp heard = context_.now();
  for (;;) {
    const auto seen = look();
    if (seen) {
      heard = context_.now();
      gates_.clear();
      std::string problem;
      for (const Reading& reading : watch.read(*seen)) {
        gates_.push_back(reading.result);
        if (problem.empty()) problem = reading.why;
      }
      if (!problem.empty()) {
        context_.report(Level::error, host_, "", "gate", Phase::watching, problem);
        return fail(Code::io, fmt::format("{}: {}", host_, problem));
      }
    } else if (context_.now() - heard >= kBlind) {
      return fail(Code::io, fmt::format("{} cannot be watched: {}", host_, seen.error().message));
    }
    if ((context_.now() >= end && seen) || context_.told_to_stop()) return {};  // resume watches it again
    context_.sleep(std::min(context_.environment.gates.interval, std::max<base::Duration>(end - context_.now(), 100ms)));
  }
}

Result<std::vector<SeenAlert>> read_alerts(std::string_view status_json) {
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(simdjson::padded_string(status_json))["alerts"].get(items) != simdjson::SUCCESS)
    return fail(Code::corrupt, "the answer of shipper's /status has no list of alerts");
  std::vector<SeenAlert> alerts;
  for (const simdjson::dom::element item : items) {
    SeenAlert& alert = alerts.emplace_back();
    const auto text = [&](const char* key, std::string& out) {
      std::string_view value;
      if (item[key].get(value) == simdjson::SUCCESS) out = value;
    };
    text("rule", alert.rule);
    text("alias", alert.alias);
    text("at", alert.at);
    text("message", alert.message);
    if (item["open"].get(alert.open) != simdjson::SUCCESS) alert.open = false;
  }
  return alerts;
}

}  // namespace longshore::deployer
