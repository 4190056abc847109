// What is found in one file: mistakes, which keep the rules from being used, warnings, and hints what would be better.
#pragma once

#include <string>

#include "common/config/problems.hpp"

namespace longshore::rules {

struct Findings {
  explicit Findings(const std::string& file) : errors(file), warnings(file), hints(file) {}
  config::Problems errors, warnings, hints;
};

}  // namespace longshore::rules
