// The log of a run: every event with all its details and every mutating call, each line with its full time, so that it can
// be laid beside the logs of hosts and balancers.
//
//   2026-11-23T13:04:05.123Z info web1/web drain draining: answers 404 to the balancers
//   2026-11-23T13:04:05.130Z call web1/web drain draining: POST /containers/health/kill?signal=SIGUSR1
#pragma once

#include <string>

#include "deployer/report/event.hpp"
#include "deployer/report/lines.hpp"

namespace longshore::deployer {

std::string log_lines(const Event& event);  // pure

class LogFile final : public Reporter {
 public:
  explicit LogFile(TextSink out) : out_(std::move(out)) {}
  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override { out_(render_heading(heading, nodes)); }
  void on(const Event& event) override { out_(log_lines(event)); }
  void finish(const Summary& summary) override;

 private:
  TextSink out_;
};

}  // namespace longshore::deployer
