// What a tag says: when something was built (a stamp), of which composition it is, or a supplier's version. Pure.
#pragma once

#include <string_view>

namespace longshore::deployer {

enum class VersionKind {
  stamp,        // 20150619_1504: a build of ours
  composition,  // c_20150619_1504: composed, to be tested
  candidate,    // rc_20150619_1504: the integration test was green
  supplier,     // anything else: 2.6.12
};

struct Version {
  VersionKind kind = VersionKind::supplier;
  std::string_view stamp;  // into the tag that was read; empty of a supplier's
};

Version read_version(std::string_view tag);

// What may name a composition, for it is a file, a git tag and a Docker tag: [A-Za-z0-9_][A-Za-z0-9_.-]*, 128 characters at
// most, without ".." and neither "." nor ".lock" at the end (git-check-ref-format).
bool is_composition_name(std::string_view name);

}  // namespace longshore::deployer
