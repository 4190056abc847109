#include "deployer/commands/prune_plan.hpp"

#include <algorithm>

#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

// Tags that go as far as tags decide: all but the newest `keep` of each kind, and what is no version of ours.
std::set<std::string> old_tags(const RepositoryContent& content, const Needed& needed, std::size_t keep) {
  std::map<VersionKind, std::vector<std::string>> by_kind;  // sorted by stamp: within a kind that is by name
  for (const auto& [tag, digest] : content.tags) by_kind[read_version(tag).kind].push_back(tag);
  by_kind.erase(VersionKind::supplier);
  std::set<std::string> old;
  for (const auto& [kind, tags] : by_kind)
    old.insert(tags.begin(), tags.end() - static_cast<std::ptrdiff_t>(std::min(keep, tags.size())));
  std::erase_if(old, [&](const std::string& tag) { return needed.tags.contains(tag); });
  return old;
}

// Adds `digest` and all that it leads to, blobs too. Manifests that were not there yet are listed in `found`.
void add_reachable(const RepositoryContent& content, const std::string& digest, std::set<std::string>& reached,
                   std::vector<std::string>& found) {
  if (!reached.insert(digest).second) return;
  const auto manifest = content.manifests.find(digest);
  if (manifest == content.manifests.end()) return;
  found.push_back(digest);
  for (const Part& part : manifest->second.parts) add_reachable(content, part.digest, reached, found);
}

}  // namespace

PrunePlan plan_prune(const RepositoryContent& content, const Needed& needed, std::size_t keep) {
  const std::set<std::string> old = old_tags(content, needed, keep);
  std::set<std::string> reached;
  std::vector<std::string> kept, gone;
  std::map<std::string, std::vector<std::string>> tags_of;
  for (const std::string& digest : needed.digests) add_reachable(content, digest, reached, kept);
  for (const auto& [tag, digest] : content.tags) {
    tags_of[digest].push_back(tag);
    if (!old.contains(tag)) add_reachable(content, digest, reached, kept);
  }
  std::set<std::string> counted = reached;  // a blob that is kept, or shared, does not count, or not twice
  for (const std::string& tag : old) add_reachable(content, content.tags.at(tag), reached, gone);

  PrunePlan plan;
  for (const std::string& digest : gone) {
    const KnownManifest& manifest = content.manifests.at(digest);
    plan.deletions.push_back({digest, tags_of[digest]});
    plan.bytes += manifest.size;
    for (const Part& part : manifest.parts)
      if (!part.manifest && counted.insert(part.digest).second) plan.bytes += part.size;
  }
  return plan;
}

}  // namespace longshore::deployer
