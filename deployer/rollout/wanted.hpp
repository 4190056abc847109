// What each host is to run: the composition's lock, the Compose file and the environment put together. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/composition/composition.hpp"
#include "deployer/environment/environment.hpp"
#include "deployer/fleet/state.hpp"
#include "deployer/service/service.hpp"

namespace longshore::deployer {

// A place behind the load balancers.
struct Seat {
  std::string backend, server;
  auto operator<=>(const Seat&) const = default;
};

// One component on one host.
struct Wanted {
  std::string component;
  std::string container;     // the name of its active container
  bool present = true;       // false: none of it is to run
  std::string digest, spec;  // of the image; of all else
  std::string id;            // this very container, whatever it is: where to go back to; empty: any of this digest and spec
  std::string tag;           // of the image, for people
  std::string restart;       // Docker's restart policy once it is healthy
  std::vector<Seat> seats;   // none: no balancer in front
};

// Components in the order in which they are started: what others depend on first.
using HostTarget = std::vector<Wanted>;

struct Target {
  std::string environment, composition;
  std::map<std::string, HostTarget> hosts;  // by name; every host that the environment places something on
  std::map<std::string, Service> services;  // by component
  std::map<std::string, Image> images;      // by component, pinned
};

// Code::invalid: a component that is placed and not in the composition, or not in the Compose file, or a circle of
// depends_on. Hosts that have nothing placed are not in it.
base::Result<Target> make_target(const Environment& environment, const Composition& lock,
                                 const std::map<std::string, Service>& services);

// The labels of a container of this kind, which say all that deployer must know of it later.
std::map<std::string, std::string> labels_of(const Target& target, const Wanted& wanted, std::string_view rollout);

// Components of the composition that the environment places nowhere.
std::vector<std::string> unplaced(const Environment& environment, const Composition& lock);

// "{host}" and "{address}" in the environment's texts (environment/placeholders.hpp).
std::string fill(const std::string& text, const HostEntry& host);

}  // namespace longshore::deployer
