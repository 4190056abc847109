// What happens to the tree of a Compose file before its keys are looked at: merge keys, then variables. Pure.
#pragma once

#include "common/config/node.hpp"
#include "common/config/problems.hpp"
#include "deployer/service/interpolate.hpp"

namespace longshore::deployer::compose {

// `<<: *anchor` and `<<: [*a, *b]` (https://yaml.org/type/merge.html): members that are not there already, the first named
// first.
void merge_keys(config::Node& node, config::Problems& problems);

// Variables in all values, not in keys; not below extension fields (x-…) of the root.
void fill_in_variables(config::Node& root, const Lookup& variable, config::Problems& problems);

}  // namespace longshore::deployer::compose
