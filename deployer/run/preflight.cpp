#include "deployer/run/preflight.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "common/base/bytes.hpp"
#include "deployer/rollout/roles.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;
using namespace std::chrono_literals;

bool is_older(const std::string& api_version, int major, int minor) {
  int have_major = 0, have_minor = 0;
  return std::sscanf(api_version.c_str(), "%d.%d", &have_major, &have_minor) == 2 &&
         std::pair(have_major, have_minor) < std::pair(major, minor);
}

std::optional<RegistryLogin> login_for(const Context& context, const Image& image) {
  const RegistryEntry* entry = context.environment.registry_of(image.domain);
  if (entry == nullptr || entry->username.empty()) return std::nullopt;
  return RegistryLogin{
      .server = entry->host, .username = entry->username, .password = std::string(entry->password.reveal())};
}

// Of the components that need a container made and whose image is not on the host.
std::vector<std::string> missing_images(const Context& context, const HostState& host, const HostTarget& target) {
  std::vector<std::string> components;
  for (const Wanted& wanted : target) {
    if (!wanted.present || find_match(host, wanted) != nullptr) continue;
    const auto here = [&](const std::string& image) { return image.ends_with("@" + wanted.digest); };
    if (std::none_of(host.images.begin(), host.images.end(), here) && context.target.images.contains(wanted.component))
      components.push_back(wanted.component);
  }
  return components;
}

const HostState& state_of(const std::vector<HostState>& hosts, const std::string& name) {
  return *std::find_if(hosts.begin(), hosts.end(), [&](const HostState& host) { return host.host == name; });
}

std::vector<std::string> concerned(const std::vector<HostState>& hosts, const std::map<std::string, HostTarget>& targets) {
  std::vector<std::string> names;
  for (const HostState& host : hosts)
    if (targets.contains(host.host)) names.push_back(host.host);
  return names;
}

}  // namespace

Result<void> run_preflight(Context& context, const std::vector<HostState>& hosts,
                           const std::map<std::string, HostTarget>& targets) {
  return context.fleet.on_each(concerned(hosts, targets), [&](Host& host) -> Result<void> {
    TRY(facts, host.facts());
    for (const Wanted& wanted : targets.at(host.name()))
      if (context.target.services.at(wanted.component).wants_start_interval && is_older(facts.api_version, 1, 44))
        context.report(Level::warning, host.name(), wanted.component, "preflight", Phase::waiting,
                       fmt::format("Docker's API {} knows no start_interval: the first check comes after a whole interval",
                                   facts.api_version));
    const base::Bytes least = context.environment.policy.min_disk;
    if (facts.disk_free && base::Bytes{*facts.disk_free} < least)
      return fail(Code::exhausted, fmt::format("{}: {} are free for images, {} must be (policy.min_disk)", host.name(),
                                               base::format_bytes({*facts.disk_free}), base::format_bytes(least)));
    for (const std::string& component : missing_images(context, state_of(hosts, host.name()), targets.at(host.name()))) {
      const Image& image = context.target.images.at(component);
      const auto login = login_for(context, image);
      TRY(digest, host.ask_registry(image.pinned(), login ? &*login : nullptr));
      if (digest != image.digest)
        return fail(Code::corrupt,
                    fmt::format("{}: the registry names {} when asked for {}", host.name(), digest, image.pinned()));
    }
    return {};
  });
}

Result<void> pull_everywhere(Context& context, const std::vector<HostState>& hosts,
                             const std::map<std::string, HostTarget>& targets) {
  return context.fleet.on_each(concerned(hosts, targets), [&](Host& host) -> Result<void> {
    for (const std::string& component : missing_images(context, state_of(hosts, host.name()), targets.at(host.name()))) {
      const Image& image = context.target.images.at(component);
      const auto login = login_for(context, image);
      context.report(Level::info, host.name(), component, "pull", Phase::pulling, "pulls " + image.text());
      TRY_VOID(host.pull(image.pinned(), login ? &*login : nullptr, context.environment.policy.pull_deadline));
      context.report(Level::info, host.name(), component, "pull", Phase::waiting, "has " + image.text());
    }
    return {};
  });
}

}  // namespace longshore::deployer
