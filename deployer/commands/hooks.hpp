// The environment's hooks: commands that run here, before and after a rollout.
#pragma once

#include <string>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct HookFacts {  // LONGSHORE_ENVIRONMENT and so on, in the hook's environment
  std::string environment, composition, previous, rollout, command;
};

// By the shell, with our own output. Nothing if `command` is empty. Code::invalid: it failed, with its status.
base::Result<void> run_hook(const std::string& command, const HookFacts& facts);

}  // namespace longshore::deployer
