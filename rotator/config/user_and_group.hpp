// "UID:GID", as it is written in rotator.yaml: numbers, for an image has no names. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

// Nothing if it is anything else.
std::optional<UserAndGroup> read_user_and_group(std::string_view text);

}  // namespace longshore::rotator
