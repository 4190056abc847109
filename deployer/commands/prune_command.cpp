#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "common/base/bytes.hpp"
#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/commands/prune_plan.hpp"
#include "deployer/commands/registry_options.hpp"
#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

using NeededOf = std::map<std::string, Needed>;  // by repository; "": digests that may be of any

void need(NeededOf& needed, const Composition& composition) {
  for (const auto& [name, image] : composition.components) {
    Needed& of = needed[image.repository()];
    of.tags.insert(image.tag);
    if (!image.digest.empty()) of.digests.insert(image.digest);
  }
}

// What hosts have or may go back to.
Result<void> need_what_is_deployed(NeededOf& needed, const CompositionOptions& options, const Surroundings& surroundings) {
  for (const std::string& file : options.environments) {
    TRY(environment, surroundings.environment(file));
    TRY(all, surroundings.deployed(environment));
    for (const auto& [composition, where, digests] : all) {
      needed[""].digests.insert(digests.begin(), digests.end());
      const auto found = find_locked(composition, options.folder);
      if (found) need(needed, *found);
      if (!found && digests.empty())
        return base::fail(Code::not_found, fmt::format("{}: names {}, whose images are not known: {}", environment.name,
                                                       composition, found.error().message));
    }
  }
  return {};
}

// The newest `keep` compositions of each kind: a component that is seldom built may be an old one there.
Result<void> need_the_newest(NeededOf& needed, const std::string& folder, std::size_t keep) {
  TRY(names, composition_names(folder));
  if (const auto tags = repository_of(folder).tags(); tags)
    for (const auto& [tag, message] : *tags) names.push_back(tag);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const VersionKind kind : {VersionKind::composition, VersionKind::candidate}) {
    std::vector<std::string> of_kind;
    std::copy_if(names.begin(), names.end(), std::back_inserter(of_kind),
                 [&](const auto& name) { return read_version(name).kind == kind; });
    of_kind.erase(of_kind.begin(), of_kind.end() - static_cast<std::ptrdiff_t>(std::min(keep, of_kind.size())));
    for (const std::string& name : of_kind) {
      TRY(found, find_composition(name, folder));
      need(needed, found.locked_or_plain());
    }
  }
  return {};
}

Result<void> read_manifests(Registry& registry, const std::string& path, const std::string& digest,
                            RepositoryContent& content) {
  if (content.manifests.contains(digest)) return {};
  const auto manifest = registry.get(path, digest);
  if (!manifest && manifest.error().code == Code::not_found) return {};  // an index may lack platforms
  if (!manifest) return base::fail(manifest.error());
  TRY(parts, parts_of(*manifest));
  content.manifests[digest] = {.size = manifest->bytes.size(), .parts = parts};
  for (const Part& part : parts)
    if (part.manifest) TRY_VOID(read_manifests(registry, path, part.digest, content));
  return {};
}

Result<RepositoryContent> read_repository(Registry& registry, const std::string& path, const Needed& needed) {
  RepositoryContent content;
  TRY(tags, registry.tags(path));
  for (const std::string& tag : tags) {
    const auto digest = registry.digest(path, tag);
    if (!digest && digest.error().code == Code::not_found) continue;  // deleted meanwhile
    if (!digest) return base::fail(digest.error());
    content.tags[tag] = *digest;
    TRY_VOID(read_manifests(registry, path, *digest, content));
  }
  for (const std::string& digest : needed.digests) TRY_VOID(read_manifests(registry, path, digest, content));
  return content;
}

// Says what goes, and with `yes` lets it go. The bytes.
Result<std::uint64_t> prune_repository(Registry& registry, const std::string& path, const NeededOf& all_needed,
                                       const PruneOptions& options) {
  Needed needed;
  for (const std::string& key : {std::string(), registry.host() + "/" + path})
    if (const auto found = all_needed.find(key); found != all_needed.end()) {
      needed.digests.insert(found->second.digests.begin(), found->second.digests.end());
      needed.tags.insert(found->second.tags.begin(), found->second.tags.end());
    }
  TRY(content, read_repository(registry, path, needed));
  const PrunePlan plan = plan_prune(content, needed, options.keep);
  for (const Deletion& deletion : plan.deletions) {
    if (options.yes) TRY_VOID(registry.remove(path, deletion.digest));
    fmt::print("{} {}/{}@{}  {}\n", options.yes ? "deleted" : "would delete", registry.host(), path, deletion.digest,
               deletion.tags.empty() ? "(of a platform)" : fmt::to_string(fmt::join(deletion.tags, ", ")));
  }
  return plan.bytes;
}

}  // namespace

int prune_registry(const PruneOptions& options, const Surroundings& surroundings) {
  auto registries = registries_of(options.common, surroundings);
  if (!registries) return complain(registries.error());
  if (registries->entries().empty())
    return complain({Code::invalid, "the environments name no registry, and there is no --registry"});
  NeededOf needed;
  if (const auto known = need_what_is_deployed(needed, options.common, surroundings); !known) return complain(known.error());
  if (const auto known = need_the_newest(needed, options.common.folder, options.keep); !known)
    return complain(known.error());

  int code = kExitDone;
  std::uint64_t bytes = 0;
  std::set<std::string> seen;
  for (const RegistryEntry& entry : registries->entries()) {
    if (!seen.insert(entry.host).second) continue;
    Registry& registry = registries->of(entry.host);
    const auto paths = registry.repositories();
    if (!paths) {
      code = std::max(code, complain(paths.error()));
      continue;
    }
    for (const std::string& path : *paths) {
      const auto pruned = prune_repository(registry, path, needed, options);
      if (pruned)
        bytes += *pruned;
      else if (pruned.error().code != Code::not_found)  // a repository whose last tag was deleted is still listed
        code = std::max(code, complain(pruned.error()));
    }
  }
  fmt::print("{} in all{}\n", base::format_bytes({bytes}),
             options.yes ? ": freed by the registry's garbage collection" : "; nothing is deleted without --yes");
  return code;
}

}  // namespace longshore::deployer
