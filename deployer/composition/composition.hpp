// A composition: the text file in git that lists the components of a release, and its lock, which says the digest of each.
// Pure.
//
//   # c_20150619_1504
//   web      registry.example:5000/shop/web:20150619_1504
//   haproxy  haproxy:2.6.12
//
// Every image has a tag: what was tested is what is deployed. Names are those of the Compose services.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "deployer/composition/image.hpp"

namespace longshore::deployer {

struct Component {
  std::string name;  // [a-z0-9][a-z0-9_.-]*, 63 characters at most
  Image image;       // its digest is empty in a composition, and given in a lock
  bool operator==(const Component&) const = default;
};

struct Composition {
  std::string name;                   // its tag: "c_20150619_1504", "rc_20150619_1504"; the file's stem
  std::vector<Component> components;  // in the file's order, names unique

  const Component* find(std::string_view component) const;
};

// `file` stands in errors as FILE:LINE:COLUMN. Code::invalid with every mistake of the text, a line each.
base::Result<Composition> read_composition(std::string_view text, std::string_view name, std::string_view file);

// The lock, FILE.lock: as the composition, each image as REPOSITORY:TAG@sha256:…; all components have a digest.
base::Result<Composition> read_lock(std::string_view text, std::string_view name, std::string_view file);
std::string print_lock(const Composition& locked);

// Whether `locked`, read from `lock_file`, is the lock of `composition`: the same components with the same tags, in any
// order. Code::invalid: which is not, a line each.
base::Result<void> check_lock(const Composition& composition, const Composition& locked, std::string_view lock_file);

}  // namespace longshore::deployer
