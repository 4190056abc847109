#include "deployer/commands/hooks.hpp"

#include <fmt/format.h>

#include "deployer/process/process.hpp"

namespace longshore::deployer {

base::Result<void> run_hook(const std::string& command, const HookFacts& facts) {
  if (command.empty()) return {};
  // env(1) hands the facts over: the shell reads them as variables, so that nothing in them is taken for a command.
  TRY(status, run_visibly({"env", "LONGSHORE_ENVIRONMENT=" + facts.environment, "LONGSHORE_COMPOSITION=" + facts.composition,
                           "LONGSHORE_PREVIOUS=" + facts.previous, "LONGSHORE_ROLLOUT=" + facts.rollout,
                           "LONGSHORE_COMMAND=" + facts.command, "sh", "-c", command}));
  if (status != 0) return base::fail(base::Code::invalid, fmt::format("`{}` ended with {}", command, status));
  return {};
}

}  // namespace longshore::deployer
