#include "deployer/commands/announcing.hpp"

#include "common/base/clock.hpp"
#include "common/http/blocking_client.hpp"
#include "deployer/marker/host_annotations.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {
namespace {

// After which shipper takes a deploy as over by itself, if its end was never told.
constexpr base::Duration kForgotten = std::chrono::hours(1);

base::Result<http::Response> send(const http::Request& request) { return http::BlockingClient().send(request); }

}  // namespace

Announcing::Announcing(const Environment& environment, Fleet& fleet, const Redactor& redactor, Reporter& reports,
                       const std::set<std::string>& skipped)
    : environment_(environment),
      fleet_(fleet),
      reports_(reports),
      skipped_(skipped),
      announcer_(environment.markers, redactor, send, [this](const std::string& what) { warn(what); }) {}

void Announcing::warn(const std::string& what) { reports_.on({.level = Level::warning, .step = "marker", .text = what}); }

void Announcing::tell_shippers(const Marker& marker) {
  if (environment_.gates.shipper.empty()) return;
  std::vector<Host*> hosts;
  for (const std::string& name : fleet_.names())
    if (!skipped_.contains(name)) hosts.push_back(&fleet_.host(name));
  for (const std::string& problem : annotate_hosts(hosts, environment_.gates.shipper, shipper_json(marker, kForgotten)))
    warn(problem);
}

void Announcing::begin(const Heading& heading, const std::vector<NodePlan>& nodes) {
  heading_ = heading;
  std::set<std::string> hosts;
  for (const NodePlan& node : nodes)
    if (!needs_nothing(node.change)) hosts.insert(node.host);
  hosts_ = hosts.size();
  reports_.begin(heading, nodes);
}

void Announcing::on(const Event& event) {
  reports_.on(event);
  // Only a rollout that touches something is told of: from the moment when it has the lock.
  if (!event.host.empty()) return;
  if (event.step == "preflight" && event.level == Level::info) {
    begun_ = true;
    const Marker marker = begin_marker(heading_, hosts_);
    announcer_.tell(marker);
    tell_shippers(marker);
  }
  if (event.step == "canary") announcer_.tell(canary_marker(heading_, hosts_, base::SystemClock().now()));
}

void Announcing::finish(const Summary& summary) {
  if (begun_) {
    const Marker marker = end_marker(summary, hosts_);
    announcer_.tell(marker);
    tell_shippers(marker);
    announcer_.drain();
  }
  reports_.finish(summary);
}

}  // namespace longshore::deployer
