// A rule as a block: from here on it is the same as what stands in logrotate's files. Pure.
#pragma once

#include <string>
#include <vector>

#include "rotator/config/config.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

struct NamedBlock {
  std::string name;  // for status, metrics and log lines
  Block block;       // its globs are not expanded yet
  std::vector<std::string> exclude;
};

// `file`: where the rules stand.
std::vector<NamedBlock> blocks_of(const Config& config, const std::string& file);

}  // namespace longshore::rotator
