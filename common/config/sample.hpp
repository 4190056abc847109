// A commented sample of a configuration, from its table: every option with its sentence and its default. Required options
// are live and hold their example; all else is commented out, so that taking away one "#" switches it on.
#pragma once

#include <string>
#include <string_view>

#include "common/config/table.hpp"

namespace longshore::config {

// `heading`: what comes first, one line of comment for each of its lines. Of a required list of variants the first form is
// live. The text is itself a configuration that loads.
std::string sample(const Table& table, std::string_view heading);

}  // namespace longshore::config
