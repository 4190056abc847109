#include "deployer/rollout/leftovers.hpp"

#include <tuple>

#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {

std::vector<std::string> containers_to_remove(const HostState& host, const HostTarget& target) {
  std::vector<std::string> ids;
  for (const Wanted& wanted : target) {
    // Rollout ids begin with the time, so that the greatest name is the newest.
    const ContainerState* newest = nullptr;
    for (const ContainerState& container : host.containers)
      if (belongs(container, wanted) && role_of(container, wanted.container) == Role::prev &&
          (newest == nullptr || container.name > newest->name))
        newest = &container;
    for (const ContainerState& container : host.containers) {
      const Role role = role_of(container, wanted.container);
      const bool ours = belongs(container, wanted) && (role == Role::next || role == Role::failed || role == Role::prev);
      if (ours && &container != newest && !container.running() && container.status != "paused" &&
          container.status != "restarting")
        ids.push_back(container.id);
    }
  }
  return ids;
}

std::vector<std::string> images_to_remove(const HostState& host, const std::set<std::string>& repositories,
                                          const std::set<std::string>& keep) {
  std::set<std::string_view> used;
  for (const ContainerState& container : host.containers) used.insert(container.get(label::kDigest));
  std::vector<std::string> images;
  for (const std::string& image : host.images) {
    const std::size_t at = image.find('@');
    if (at == image.npos) continue;
    const std::string repository = image.substr(0, at), digest = image.substr(at + 1);
    if (repositories.contains(repository) && !keep.contains(digest) && !used.contains(digest)) images.push_back(image);
  }
  return images;
}

}  // namespace longshore::deployer
