// What of a repository is no longer needed. Pure: what it holds is handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "deployer/registry/manifest.hpp"

namespace longshore::deployer {

struct KnownManifest {
  std::uint64_t size = 0;  // of its own bytes
  std::vector<Part> parts;
};

struct RepositoryContent {
  std::map<std::string, std::string> tags;         // tag → digest
  std::map<std::string, KnownManifest> manifests;  // by digest: those with tags, and all that these lead to
};

struct Needed {
  std::set<std::string> digests;
  std::set<std::string> tags;  // of this repository
};

struct Deletion {
  std::string digest;
  std::vector<std::string> tags;  // all that go with it; none: it is of a platform only
};

struct PrunePlan {
  std::vector<Deletion> deletions;
  std::uint64_t bytes = 0;  // of manifests and blobs that nothing in this repository then leads to
};

// Kept is: what is needed, the newest `keep` of each kind of version (stamps, c_STAMP, rc_STAMP), every other tag, and
// whatever these lead to. Retagging gives one manifest several tags: one that has a kept tag stays, with all its tags.
PrunePlan plan_prune(const RepositoryContent& content, const Needed& needed, std::size_t keep);

}  // namespace longshore::deployer
