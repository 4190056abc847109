#include "deployer/rollout/step.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

bool holds_the_host(const ContainerState& container) {  // its ports and its name on the network
  return container.status == "running" || container.status == "restarting" || container.status == "paused";
}

class Decision {
 public:
  Decision(const HostState& host, const HostTarget& target, Direction direction, std::string_view rollout,
           const Progress& progress)
      : host_(host), target_(target), direction_(direction), rollout_(rollout), progress_(progress) {}

  Step decide() const {
    for (const Wanted& wanted : target_)
      if (wanted.present && find_match(host_, wanted) == nullptr)
        return {Do::create, wanted.component, "", name_for(Role::next, wanted.container, rollout_, host_),
                fmt::format("there is no {} of this kind", wanted.component)};
    if (!progress_.left)
      for (const Wanted& wanted : target_)
        if (!wanted.seats.empty() && must_stand_still(wanted))
          return {Do::leave, wanted.component, "", "", fmt::format("{} will be without service", wanted.component)};
    for (const Wanted& wanted : target_)
      if (auto step = settle(wanted)) return *step;
    for (const Wanted& wanted : target_)
      if (wanted.present && !wanted.seats.empty() && (progress_.told || !all_in(host_, wanted.seats)))
        return {Do::enter, wanted.component, "", "", "all that the host runs is healthy"};
    return {};
  }

 private:
  // Something of it has to be stopped or started.
  bool must_stand_still(const Wanted& wanted) const {
    for (const ContainerState& container : host_.containers)
      if (in_the_way(container, wanted)) return true;
    const ContainerState* match = find_match(host_, wanted);
    return match != nullptr &&
           (!match->running() || match->health == Health::unhealthy || match->health == Health::starting);
  }

  // Running, or having the name, in place of what is wanted.
  bool in_the_way(const ContainerState& container, const Wanted& wanted) const {
    if (&container == find_match(host_, wanted)) return false;
    return container.name == wanted.container || (belongs(container, wanted) && holds_the_host(container));
  }

  std::optional<Step> settle(const Wanted& wanted) const {
    for (const ContainerState& container : host_.containers)
      if (in_the_way(container, wanted))
        if (auto step = retire(container, wanted)) return step;
    if (!wanted.present) return std::nullopt;
    return bring_up(*find_match(host_, wanted), wanted);
  }

  std::optional<Step> retire(const ContainerState& container, const Wanted& wanted) const {
    const Role role = direction_ == Direction::forward ? Role::prev : Role::failed;
    // Before it stops: Docker would start it again when the daemon restarts.
    if (container.restart_policy != "no")
      return Step{Do::restart_policy, wanted.component, container.id, "no",
                  fmt::format("{} is to be replaced", container.name)};
    if (holds_the_host(container))
      return Step{Do::stop, wanted.component, container.id, "", fmt::format("{} is to be replaced", container.name)};
    if (container.name == wanted.container)
      return Step{Do::rename, wanted.component, container.id, name_for(role, wanted.container, rollout_, host_),
                  "its name is needed"};
    return std::nullopt;
  }

  std::optional<Step> bring_up(const ContainerState& container, const Wanted& wanted) const {
    if (container.name != wanted.container)
      return Step{Do::rename, wanted.component, container.id, wanted.container, "it becomes the active one"};
    if (!progress_.verified.contains(container.id)) {
      if (progress_.started.contains(container.id))
        return Step{Do::await_healthy, wanted.component, container.id, "", "it has not shown that it works"};
      if (container.status == "paused" || container.status == "restarting" ||
          (container.running() && container.health == Health::unhealthy))  // Docker keeps the health of one that has ended
        return Step{Do::stop, wanted.component, container.id, "",
                    fmt::format("{} is {}", container.name, ailment(container))};
      if (!container.running()) return Step{Do::start, wanted.component, container.id, "", "it does not run"};
      if (unproven(container, wanted))
        return Step{Do::await_healthy, wanted.component, container.id, "", "it has not shown that it works"};
    }
    if (container.restart_policy != wanted.restart)
      return Step{Do::restart_policy, wanted.component, container.id, wanted.restart, "it has shown that it works"};
    return std::nullopt;
  }

  // A container that has been in service all the time needs no new proof.
  bool unproven(const ContainerState& container, const Wanted& wanted) const {
    return container.restart_policy != wanted.restart || container.health == Health::starting ||
           (!wanted.seats.empty() && (progress_.told || !all_in(host_, wanted.seats)));
  }

  static std::string ailment(const ContainerState& container) {
    return container.health == Health::unhealthy && container.running() ? "unhealthy" : container.status;
  }

  const HostState& host_;
  const HostTarget& target_;
  Direction direction_;
  std::string_view rollout_;
  const Progress& progress_;
};

}  // namespace

Step next_step(const HostState& host, const HostTarget& target, Direction direction, std::string_view rollout,
               const Progress& progress) {
  return Decision(host, target, direction, rollout, progress).decide();
}

HostTarget before_rollout(const HostState& host, const HostTarget& target, const HostTarget& fallback,
                          std::string_view rollout) {
  HostTarget before = target;
  for (Wanted& wanted : before) {
    const ContainerState* old = nullptr;
    // Retired by this rollout, and not made by it (it was superseded half way); the first of several has the shortest name.
    for (const ContainerState& container : host.containers)
      if (role_of(container, wanted.container) == Role::prev && container.name.find(rollout) != std::string::npos &&
          container.get(label::kRollout) != rollout && (old == nullptr || container.name < old->name))
        old = &container;
    const ContainerState* active = holder(host, wanted);
    if (old == nullptr && active != nullptr && active->get(label::kRollout) != rollout) old = active;  // not touched
    if (old == nullptr) {
      const auto known =
          std::find_if(fallback.begin(), fallback.end(), [&](const Wanted& w) { return w.component == wanted.component; });
      if (known != fallback.end())
        wanted = *known;
      else
        wanted.present = false;  // the rollout has brought it
      continue;
    }
    wanted.id = old->id;
    wanted.digest = old->get(label::kDigest);
    wanted.spec = old->get(label::kSpec);
    wanted.tag = old->get(label::kTag);
    if (!old->get(label::kRestart).empty()) wanted.restart = old->get(label::kRestart);
  }
  return before;
}

}  // namespace longshore::deployer
