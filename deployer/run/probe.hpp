// Whether a container works: Docker's health, HTTP with the version checked, TCP.
#pragma once

#include <string>

#include "common/base/result.hpp"
#include "deployer/run/context.hpp"

namespace longshore::deployer {

struct Verdict {
  enum class Is { good, not_yet, bad } is = Is::not_yet;  // bad: it will not become good by waiting
  std::string why;
};

// One look at the container.
Verdict look_at(Context& context, Host& host, const Wanted& wanted, const std::string& container, base::Timestamp started);

// Through the balancer to a node that is out of rotation, by its cookie; Is::good where none is configured.
Verdict dark_probe(Context& context, const std::string& host, const HostTarget& target);

}  // namespace longshore::deployer
