// Where in a YAML file a byte of a text value stands, so that a mistake inside a query is told at its own column. Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/config/node.hpp"

namespace longshore::rules {

// `scalar`: where the value begins, as the parser said; `offset`: of a byte of the value, or its size. Exact for plain and
// quoted texts, also over several lines, and for `|` blocks; of a `>` block at least the right line unless it has lines that
// are indented further. Total: anything unexpected gives `scalar` itself.
config::Place scalar_place(std::string_view file, config::Place scalar, std::size_t offset);

}  // namespace longshore::rules
