#include "deployer/rollout/roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace longshore::deployer {
namespace {

std::string_view infix(Role role) {
  switch (role) {
    case Role::next:
      return ".next.";
    case Role::prev:
      return ".prev.";
    case Role::failed:
      return ".failed.";
    case Role::active:
    case Role::other:
      return "";
  }
  return "";
}

}  // namespace

Role role_of(const ContainerState& container, std::string_view active_name) {
  const std::string_view name = container.name;
  if (name == active_name) return Role::active;
  if (!name.starts_with(active_name)) return Role::other;
  for (const Role role : {Role::next, Role::prev, Role::failed})
    if (name.substr(active_name.size()).starts_with(infix(role))) return role;
  return Role::other;
}

std::string name_for(Role role, std::string_view active_name, std::string_view rollout, const HostState& host) {
  const std::string wanted = fmt::format("{}{}{}", active_name, infix(role), rollout);
  std::string name = wanted;
  const auto taken = [&](const ContainerState& container) { return container.name == name; };
  for (int n = 2; std::any_of(host.containers.begin(), host.containers.end(), taken); ++n)
    name = fmt::format("{}-{}", wanted, n);
  return name;
}

bool belongs(const ContainerState& container, const Wanted& wanted) {
  return container.get(label::kComponent) == wanted.component;
}

bool matches(const ContainerState& container, const Wanted& wanted) {
  if (!wanted.present || !wanted.id.empty()) return wanted.present && container.id == wanted.id;
  return belongs(container, wanted) && container.get(label::kDigest) == wanted.digest &&
         container.get(label::kSpec) == wanted.spec && role_of(container, wanted.container) != Role::failed &&
         container.status != "removing" && container.status != "dead";
}

const ContainerState* holder(const HostState& host, const Wanted& wanted) {
  for (const ContainerState& container : host.containers)
    if (container.name == wanted.container) return &container;
  return nullptr;
}

const ContainerState* find_match(const HostState& host, const Wanted& wanted) {
  const auto rank = [&](const ContainerState& c) {
    const Role role = role_of(c, wanted.container);
    return std::tuple(role == Role::active, c.running(), role == Role::next, c.started_at, c.name);
  };
  const ContainerState* best = nullptr;
  for (const ContainerState& container : host.containers)
    if (matches(container, wanted) && (best == nullptr || rank(container) > rank(*best))) best = &container;
  return best;
}

std::vector<const ServerState*> seats_of(const HostState& host, const std::vector<Seat>& seats) {
  std::vector<const ServerState*> found;
  for (const ServerState& server : host.servers)
    if (std::find(seats.begin(), seats.end(), Seat{server.backend, server.server}) != seats.end()) found.push_back(&server);
  return found;
}

bool all_in(const HostState& host, const std::vector<Seat>& seats) {
  const auto servers = seats_of(host, seats);
  return std::all_of(servers.begin(), servers.end(), [](const ServerState* s) { return s->rotation == Rotation::in; });
}

}  // namespace longshore::deployer
