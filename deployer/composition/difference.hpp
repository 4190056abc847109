// What changes from one composition to another. Pure.
#pragma once

#include <string>
#include <vector>

#include "deployer/composition/composition.hpp"

namespace longshore::deployer {

struct VersionChange {
  enum class Kind {
    added,
    removed,
    version,     // another tag of the same repository
    repository,  // another image altogether
    moved,       // the same tag, another digest: said only where both are locked
  };
  Kind kind;
  std::string component;
  Image from, to;  // one is empty where a component is added or removed
};

// In the order of `from`, then what is added, in the order of `to`.
std::vector<VersionChange> difference(const Composition& from, const Composition& to);

// A line for people, without its newline: "web      20150619_1504 -> 20150620_0910". `width`: of the names.
std::string describe(const VersionChange& change, std::size_t width = 0);

// {"from":…,"to":…,"changes":[{"component":…,"change":"version","from":…,"to":…}]}: images as text, null where there is
// none.
std::string difference_json(const Composition& from, const Composition& to, const std::vector<VersionChange>& changes);

}  // namespace longshore::deployer
