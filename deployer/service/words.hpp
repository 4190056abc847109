// A command written as one text, split as a shell would split it: 'literal', "quoted", back\ slash; nothing else is special.
// Compose does so with `command` and `entrypoint`. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer::compose {

// Code::invalid: a quote without its end.
base::Result<std::vector<std::string>> split_words(std::string_view text);

}  // namespace longshore::deployer::compose
