#include "health/checks/check.hpp"

#include <fmt/format.h>

#include "health/checks/looks.hpp"

namespace longshore::health {
namespace {

// Everything about a probe, so that a reload knows those that stay as they are.
std::string text_of(const ProbeOptions& probe) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", probe.name, probe.http, probe.tcp, probe.status,
                     probe.contains, config::Value<config::TextPairs>::print(probe.headers), probe.interval.count(),
                     probe.timeout.count(), probe.rise, probe.fall);
}

}  // namespace

std::vector<Check> checks_of(const Config& config) {
  std::vector<Check> checks;
  for (const ProbeOptions& probe : config.probes)
    checks.push_back({probe.name, text_of(probe), probe.interval, {probe.rise, probe.fall}, [probe] {
                        return probe.http.empty() ? look_at_tcp(probe) : look_at_http(probe);
                      }});
  const docker::Engine engine(config.docker.substr(std::string("unix://").size()));
  for (const ContainerOptions& wanted : config.containers)
    checks.push_back({wanted.container,
                      fmt::format("{}\n{}\n{}\n{}\n{}", config.docker, wanted.container, wanted.interval.count(),
                                  wanted.rise, wanted.fall),
                      wanted.interval,
                      {wanted.rise, wanted.fall},
                      [engine, name = wanted.container] { return look_at_container(engine, name); }});
  return checks;
}

}  // namespace longshore::health
