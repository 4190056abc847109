// Reads YAML text into a tree, within limits that no honest configuration reaches: 1 MiB of text, 32 levels, 4 MiB once
// aliases are written out (a node counts as 256 bytes and its text). One document, no key twice in a map, no tags.
#pragma once

#include <optional>
#include <string_view>

#include "common/config/node.hpp"
#include "common/config/problems.hpp"

namespace longshore::config {

// Nothing if the text is not YAML, or beyond a limit. A key that stands twice is a problem, but the tree is still given
// (with the first of the two), so that the rest of the file is looked at.
std::optional<Node> parse_yaml(std::string_view text, Problems& problems);

}  // namespace longshore::config
