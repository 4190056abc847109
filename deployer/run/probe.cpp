#include "deployer/run/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <chrono>

#include "deployer/environment/placeholders.hpp"

namespace longshore::deployer {
namespace {

using Is = Verdict::Is;
using namespace std::chrono_literals;

// Without a health check and without probes, running for this long is all that can be asked.
constexpr base::Duration kStandsFor = 3s;

std::string fill_version(const std::string& text, const Wanted& wanted, const std::string& composition) {
  return fill_placeholders(text, {{"tag", wanted.tag}, {"digest", wanted.digest}, {"composition", composition}});
}

// Empty if the answer is as it should be.
std::string wrong_in(const ProbeAnswer& answer, int status, const std::string& header, const std::string& value,
                     const std::string& contains) {
  if (answer.status != status) return fmt::format("answers {} and not {}", answer.status, status);
  if (!contains.empty() && answer.body.find(contains) == answer.body.npos)
    return fmt::format("answers without \"{}\"", contains);
  if (header.empty()) return {};
  const auto same = [](std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return std::tolower(x) == std::tolower(y); });
  };
  for (const auto& [name, has] : answer.headers)
    if (same(name, header)) return has == value ? "" : fmt::format("says {}: {}, and not {}", header, has, value);
  return fmt::format("does not say {}", header);
}

Verdict ask(Context& context, Host& host, const Wanted& wanted) {
  const Placement& placement = context.placement(wanted.component);
  const HostEntry& entry = context.entry(host.name());
  for (const HttpProbe& probe : placement.http) {
    const std::string url = fill(probe.url, entry);
    const auto answer = host.get(url, {}, probe.timeout);
    if (!answer) return {Is::not_yet, fmt::format("{}: {}", url, answer.error().message)};
    // A container that was retired long ago has no tag to compare with.
    const bool known = !wanted.tag.empty() || probe.value.find('{') == probe.value.npos;
    const std::string value = fill_version(probe.value, wanted, context.target.composition);
    if (std::string wrong = wrong_in(*answer, probe.status, known ? probe.header : "", value, probe.contains);
        !wrong.empty())
      return {Is::not_yet, fmt::format("{} {}", url, wrong)};
  }
  for (const std::string& address : placement.tcp)
    if (const auto connected = host.connect_tcp(fill(address, entry), 2s); !connected)
      return {Is::not_yet, fmt::format("{}: {}", address, connected.error().message)};
  return {Is::good, {}};
}

}  // namespace

Verdict look_at(Context& context, Host& host, const Wanted& wanted, const std::string& id, base::Timestamp started) {
  const auto container = host.inspect(id);
  if (!container) return {Is::not_yet, container.error().message};
  if (container->oom_killed) return {Is::bad, "it was killed for want of memory"};
  if (container->status == "exited" || container->status == "dead")
    return {Is::bad, fmt::format("it has ended with exit code {}", container->exit_code)};
  if (!container->running()) return {Is::not_yet, "it is " + container->status};
  if (container->health == Health::unhealthy) return {Is::bad, "its health check fails"};
  if (container->health == Health::starting) return {Is::not_yet, "its health check has not passed yet"};
  const Placement& placement = context.placement(wanted.component);
  if (container->health == Health::none && placement.http.empty() && placement.tcp.empty() &&
      context.now() - started < kStandsFor)
    return {Is::not_yet, "it runs, and has no health check; it is watched for a moment"};
  return ask(context, host, wanted);
}

Verdict dark_probe(Context& context, const std::string& name, const HostTarget& target) {
  if (!context.environment.dark_probe) return {Is::good, {}};
  const DarkProbe& probe = *context.environment.dark_probe;
  const HostEntry& entry = context.entry(name);
  for (const Wanted& wanted : target)
    for (const Seat& seat : wanted.seats) {
      if (!context.placement(wanted.component).backend.empty() && wanted.component != context.environment.health_container) {
        const std::string cookie = fill_placeholders(fill(probe.cookie, entry), {{"server", seat.server}});
        const std::string url = fill(probe.url, entry);
        const auto answer = context.fleet.host(name).get(url, {"Cookie: " + cookie}, 5s);
        if (!answer) return {Is::not_yet, fmt::format("{}: {}", url, answer.error().message)};
        if (std::string wrong = wrong_in(*answer, probe.status, probe.header,
                                         fill_version(probe.value, wanted, context.target.composition), "");
            !wrong.empty())
          return {Is::not_yet, fmt::format("through the balancer, {} {}", url, wrong)};
      }
    }
  return {Is::good, {}};
}

}  // namespace longshore::deployer
