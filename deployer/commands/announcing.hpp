// Tells others of a rollout while it runs: markers to Loggly, Grafana and webhooks, annotations to the shipper on each host.
// Hands every event on to the reports.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "deployer/environment/environment.hpp"
#include "deployer/marker/announcer.hpp"
#include "deployer/report/event.hpp"
#include "deployer/report/redactor.hpp"
#include "deployer/run/fleet.hpp"

namespace longshore::deployer {

class Announcing final : public Reporter {
 public:
  // All of them outlive this.
  Announcing(const Environment& environment, Fleet& fleet, const Redactor& redactor, Reporter& reports,
             const std::set<std::string>& skipped);

  void begin(const Heading& heading, const std::vector<NodePlan>& nodes) override;
  void on(const Event& event) override;
  void finish(const Summary& summary) override;

 private:
  void tell_shippers(const Marker& marker);
  void warn(const std::string& what);

  const Environment& environment_;
  Fleet& fleet_;
  Reporter& reports_;
  const std::set<std::string>& skipped_;
  Announcer announcer_;
  Heading heading_;
  std::size_t hosts_ = 0;
  bool begun_ = false;  // others have been told of it
};

}  // namespace longshore::deployer
