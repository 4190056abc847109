// A rollout to three hosts whose canary was good and whose second host was not.
#pragma once

#include "deployer/report/record.hpp"

namespace longshore::deployer {

inline base::Timestamp at(double seconds) {  // from 2026-11-23T13:04:00Z on
  return *base::parse_rfc3339("2026-11-23T13:04:00Z") + base::Duration(static_cast<std::int64_t>(seconds * 1e9));
}

inline Event event(double seconds, std::string host, std::string component, std::string step, Phase phase,
                   std::string text) {
  Event out;
  out.at = at(seconds);
  out.host = std::move(host);
  out.component = std::move(component);
  out.step = std::move(step);
  out.phase = phase;
  out.text = std::move(text);
  return out;
}

inline Heading sample_heading() {
  return {.command = "apply",
          .environment = "prod",
          .composition = "rc_20261123_1300",
          .previous = "rc_20261120_0911",
          .rollout = "r7f3a",
          .build_url = "https://jenkins.example/job/deploy/42/",
          .by = "deploy #42",
          .started = at(0)};
}

inline std::vector<NodePlan> sample_plan() {
  return {{"web1", "web", "UPDATE 20261120_0911 → 20261123_1300"},
          {"web2", "web", "UPDATE 20261120_0911 → 20261123_1300"},
          {"web3", "web", "UPDATE 20261120_0911 → 20261123_1300"},
          {"web1", "haproxy", "NOOP"}};
}

inline std::vector<Event> sample_events() {
  std::vector<Event> out;
  out.push_back(event(0.2, "", "", "preflight", Phase::waiting, "3 hosts and 2 balancers answer; the floor of 2 holds"));
  for (const char* host : {"web1", "web2", "web3"}) {
    out.push_back(event(0.5, host, "", "pull", Phase::pulling, "pulls 1 image"));
    out.push_back(event(3, host, "", "pull", Phase::waiting, "has every image"));
  }
  out.push_back(event(3.5, "web1", "web", "drain", Phase::draining, "answers 404 to the balancers"));
  out.push_back(event(3.6, "web1", "web", "drain", Phase::draining, "POST /containers/health/kill?signal=SIGUSR1"));
  out.back().call = true;
  out.push_back(event(5, "web1", "web", "stop", Phase::stopping, "is out of both balancers, no sessions; stops"));
  out.push_back(event(6, "web1", "web", "start", Phase::starting, "starts"));
  out.push_back(event(7, "web1", "web", "probe", Phase::probing, "runs; is probed"));
  out.push_back(event(9, "web1", "web", "undrain", Phase::entering, "healthy; asks for traffic"));
  out.push_back(event(10, "web1", "web", "soak", Phase::watching, "is in rotation; watched for 10s"));
  out.push_back(event(20, "web1", "web", "commit", Phase::done, "serves 20261123_1300"));
  out.push_back(event(20.1, "web2", "web", "drain", Phase::draining, "answers 404 to the balancers"));
  out.push_back(event(22, "web2", "web", "start", Phase::starting, "starts"));
  out.push_back(event(23, "web2", "web", "probe", Phase::failed, "exited with 3 before it was healthy"));
  out.back().level = Level::error;
  out.back().detail = "panic: no <config>\nat main.go:7";
  out.push_back(event(23.5, "web2", "web", "rollback", Phase::undoing, "the old container starts"));
  out.push_back(event(26, "web2", "web", "rollback", Phase::undone, "serves 20261120_0911 again"));
  return out;
}

inline Summary sample_summary() {
  Summary out;
  static_cast<Heading&>(out) = sample_heading();
  out.ended = at(27);
  out.exit_code = 21;
  out.outcome = "stopped: more hosts failed than the budget of 0 allows";
  out.next_command = "deployer rollback prod";
  out.lowest_serving = 2;
  using Outcome = NodeResult::Outcome;
  NodeResult good{.host = "web1", .component = "web", .change = sample_plan()[0].change, .outcome = Outcome::updated};
  good.took = std::chrono::milliseconds(16'500);
  good.gates = {{"5xx", "0 of 1204", "0", true}, {"alerts", "none", "none", true}};
  NodeResult bad{.host = "web2", .component = "web", .change = sample_plan()[1].change, .outcome = Outcome::rolled_back};
  bad.took = std::chrono::milliseconds(5'900);
  bad.failure = "exited with 3 before it was healthy";
  bad.container = "exited with 3, not out of memory";
  bad.probes = {"13:04:22 GET http://web2:8080/health: connection refused",
                "13:04:23 GET http://web2:8080/health: connection refused"};
  bad.log_tail = "starting\npanic: no <config> & \x1b[31mno\x1b[0m \"hope\"\nat main.go:7\n";
  bad.undone = "20261120_0911 was started again and is in rotation";
  bad.gates = {{"restarts", "1", "0", false}};
  out.nodes = {good,
               bad,
               {.host = "web3", .component = "web", .change = sample_plan()[2].change, .outcome = Outcome::not_started},
               {.host = "web1", .component = "haproxy", .change = "NOOP", .outcome = Outcome::unchanged}};
  out.serving = {{"web1", "web", "20261123_1300", true},
                 {"web2", "web", "20261120_0911", true},
                 {"web3", "web", "20261120_0911", false}};
  return out;
}

inline Record sample_record() { return {sample_plan(), sample_events(), sample_summary()}; }

}  // namespace longshore::deployer
