// Hosts as tests of rollout/ see them: "web" in version N, behind two balancers, and "worker" beside it.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

inline std::string digest_of(int version) { return fmt::format("sha256:{:064}", version); }

// What is wanted of web or worker; web has a seat.
inline Wanted wanted(const std::string& component, int version, const std::string& spec = "spec") {
  Wanted one{.component = component,
             .container = component,
             .digest = digest_of(version),
             .spec = spec,
             .id = {},
             .tag = fmt::format("v{}", version),
             .restart = "always",
             .seats = {}};
  if (component == "web") one.seats = {{"shop", "app1"}};
  return one;
}

// As deployer leaves it: running, healthy, with its restart policy. Its id is its name as it is now.
inline ContainerState container(const std::string& name, const std::string& component, int version,
                                const std::string& status = "running", const std::string& rollout = "r1") {
  return {.id = "id-" + name,
          .name = name,
          .labels = {{label::kEnvironment, "test"},
                     {label::kComponent, component},
                     {label::kDigest, digest_of(version)},
                     {label::kSpec, "spec"},
                     {label::kTag, fmt::format("v{}", version)},
                     {label::kRollout, rollout},
                     {label::kRestart, "always"}},
          .status = status,
          .health = component == "web" && status == "running" ? Health::healthy : Health::none,
          .image = {},
          .restart_policy = status == "running" ? "always" : "no",
          .started_at = {status == "created" ? 0 : 1'700'000'000'000'000'000 + version}};
}

// Made by somebody else.
inline ContainerState foreign(const std::string& name) {
  return {.id = "id-" + name,
          .name = name,
          .labels = {},
          .status = "running",
          .image = "nginx:1",
          .restart_policy = "no",
          .started_at = {1}};
}

inline ServerState server(const std::string& balancer, const std::string& name, Rotation rotation) {
  const char* status = rotation == Rotation::in ? "UP" : rotation == Rotation::stopping ? "NOLB" : "DOWN";
  return {.balancer = balancer, .backend = "shop", .server = name, .rotation = rotation, .status = status};
}

inline std::vector<ServerState> both(const std::string& name, Rotation rotation) {
  return {server("lb1", name, rotation), server("lb2", name, rotation)};
}

// app1, in rotation unless said otherwise.
inline HostState host_with(std::vector<ContainerState> containers, Rotation rotation = Rotation::in) {
  return {.host = "app1", .containers = std::move(containers), .servers = both("app1", rotation), .images = {}};
}

}  // namespace longshore::deployer
