#include "deployer/run/commit.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "deployer/composition/composition.hpp"
#include "deployer/rollout/leftovers.hpp"

namespace longshore::deployer {
namespace {

using base::Result;
using namespace std::chrono_literals;

constexpr std::size_t kRecords = 50;  // releases that `history` can tell of

struct Kept {
  std::set<std::string> digests;       // of the last releases
  std::set<std::string> repositories;  // of all releases that are known, in both of Docker's ways to write them
};

Kept kept_images(const std::vector<Release>& releases, std::size_t keep) {
  Kept kept;
  for (std::size_t i = 0; i < releases.size(); ++i) {
    const auto composition = read_lock(releases[i].lock_text, releases[i].composition, "release record");
    if (!composition) continue;  // by a newer deployer: its images stay
    for (const Component& component : composition->components) {
      if (i < keep) kept.digests.insert(component.image.digest);
      kept.repositories.insert(component.image.repository());
      for (const std::string_view prefix : {"docker.io/library/", "docker.io/"})
        if (component.image.repository().starts_with(prefix))
          kept.repositories.insert(component.image.repository().substr(prefix.size()));
    }
  }
  return kept;
}

Result<void> stop_orphans(Context& context, Host& host, const HostState& state, const HostTarget& target) {
  for (const ContainerState& container : state.containers) {
    const std::string_view component = container.get(label::kComponent);
    if (component.empty() || container.get(label::kEnvironment) != context.environment.name || !container.running())
      continue;
    if (std::any_of(target.begin(), target.end(), [&](const Wanted& wanted) { return wanted.component == component; }))
      continue;
    context.report(Level::info, host.name(), std::string(component), "orphan", Phase::done,
                   fmt::format("stops {}, which nothing places here", container.name));
    TRY_VOID(host.set_restart_policy(container.id, "no"));
    TRY_VOID(host.stop(container.id, 10s));
  }
  return {};
}

}  // namespace

Result<void> run_commit(Context& context, const std::map<std::string, HostTarget>& targets, const Release& release,
                        bool remove_orphans) {
  TRY_VOID(record_release(context.fleet, context.environment.name, release, kRecords, context.given_up));
  TRY(known, releases(context.fleet, context.environment.name, context.given_up));
  const Kept kept = kept_images(known, std::max<std::size_t>(1, context.environment.policy.keep_releases));
  std::vector<std::string> hosts;
  for (const std::string& name : context.fleet.names())
    if (!context.given_up.contains(name)) hosts.push_back(name);
  static const HostTarget kNothing;
  return context.fleet.on_each(hosts, [&](Host& host) -> Result<void> {
    const auto found = targets.find(host.name());
    const HostTarget& target = found == targets.end() ? kNothing : found->second;
    TRY(state, context.fleet.observe(host.name(), target));
    if (remove_orphans) TRY_VOID(stop_orphans(context, host, state, target));
    for (const std::string& id : containers_to_remove(state, target)) TRY_VOID(host.remove(id));
    TRY(left, context.fleet.observe(host.name(), target, true));
    for (const std::string& image : images_to_remove(left, kept.repositories, kept.digests)) {
      context.report(Level::detail, host.name(), "", "prune", Phase::done, "removes " + image);
      TRY_VOID(host.remove_image(image));
    }
    return {};
  });
}

}  // namespace longshore::deployer
