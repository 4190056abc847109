// Variables in a Compose file (Compose specification, "Interpolation"): $NAME, ${NAME}, ${NAME:-default}, ${NAME-default},
// ${NAME:?error}, ${NAME?error}, ${NAME:+other}, ${NAME+other}, nested in each other; $$ is one $. Pure.
//
// Unlike Compose, which takes a variable that is not set for an empty text and warns, this refuses it: a release must not
// run with a hole in its configuration. ${NAME-} says that it may be empty.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::deployer::compose {

using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

// Values are put in as they are, never looked into. Code::invalid: what is wrong; it repeats names, no values.
base::Result<std::string> interpolate(std::string_view text, const Lookup& variable);

}  // namespace longshore::deployer::compose
