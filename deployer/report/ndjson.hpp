// The events for programs: one JSON object a line (docs/deployer/reports.md names each member), "begin" first, "summary"
// last.
#pragma once

#include <string>
#include <vector>

#include "deployer/report/event.hpp"
#include "deployer/report/lines.hpp"

namespace longshore::deployer {

// Pure; each ends with a line feed. Members without a value are left out.
std::string json_line(const Heading& heading, const std::vector<NodePlan>& nodes);
std::string json_line(const Event& event);
std::string json_line(const Summary& summary);

class Ndjson final : public Reporter {
 public:
  explicit Ndjson(TextSink out) : out_(std::move(out)) {}
  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override { out_(json_line(heading, nodes)); }
  void on(const Event& event) override { out_(json_line(event)); }
  void finish(const Summary& summary) override { out_(json_line(summary)); }

 private:
  TextSink out_;
};

}  // namespace longshore::deployer
