// The load balancers of an environment: HAProxy by its stats socket, which can also drain; or by its statistics page over
// HTTP, which can only be read.
#pragma once

#include <memory>
#include <string>

#include "deployer/environment/environment.hpp"
#include "deployer/fleet/balancer.hpp"

namespace longshore::deployer {

// Nothing is connected yet: every call has a connection of its own, so that a balancer may reload or restart between two.
// `socket`: the path of a unix socket that leads there, as the transport of `entry.via` forwards it; whatever host the URL
// names. With a URL that is none of those in BalancerEntry every call says so with Code::invalid.
std::unique_ptr<Balancer> connect(const BalancerEntry& entry, const std::string& socket = {});

}  // namespace longshore::deployer
