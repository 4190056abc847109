#include "deployer/run/drain.hpp"

#include <fmt/format.h>

#include "deployer/run/context.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

std::string health_container(const Context& context) {
  const std::string& name = context.environment.health_container;
  return context.target.services.contains(name) ? context.environment.prefix + name : name;
}

Result<void> at_every_balancer(Context& context, const std::vector<Seat>& seats,
                               Result<void> (Balancer::*what)(const std::string&, const std::string&)) {
  for (const auto& balancer : context.fleet.balancers())
    for (const Seat& seat : seats) TRY_VOID((*balancer.*what)(seat.backend, seat.server));
  return {};
}

}  // namespace

Result<void> tell_to_leave(Context& context, Host& host, const std::vector<Seat>& seats) {
  Result<void> told;
  switch (context.environment.drain) {
    case Drain::health:
      told = host.signal(health_container(context), "SIGUSR1");
      break;
    case Drain::health_stop: {
      const auto health = host.inspect(health_container(context));
      told = health ? host.stop(health->id, 5s) : Result<void>(std::unexpected(health.error()));
      break;
    }
    case Drain::haproxy:
      return at_every_balancer(context, seats, &Balancer::drain);
    case Drain::none:
      return {};
  }
  // Not there, or not running: nothing answers the balancers, which is what was wanted. They are asked next.
  if (!told && (told.error().code == Code::not_found || told.error().code == Code::exists)) return {};
  return told;
}

Result<void> tell_to_enter(Context& context, Host& host, const std::vector<Seat>& seats) {
  switch (context.environment.drain) {
    case Drain::health:
      return host.signal(health_container(context), "SIGUSR2");
    case Drain::health_stop: {
      TRY(health, host.inspect(health_container(context)));
      return host.start(health.id);
    }
    case Drain::haproxy:
      return at_every_balancer(context, seats, &Balancer::ready);
    case Drain::none:
      return {};
  }
  return {};
}

}  // namespace longshore::deployer
