// check, plan and reference: what looks at a configuration and the disk, and does nothing.
#include <cstdio>

#include "common/base/clock.hpp"
#include "common/base/utf8.hpp"
#include "rotator/commands/daemon_commands.hpp"
#include "rotator/commands/exit_codes.hpp"
#include "rotator/daemon/load.hpp"
#include "rotator/daemon/plan.hpp"

namespace longshore::rotator {
namespace {

int complain(const base::Error& error) {
  std::fprintf(stderr, "%s\n", error.message.c_str());
  return kConfiguration;
}

}  // namespace

int check_daemon(const std::vector<std::string>& configs, bool print_only) {
  const base::Result<Setup> setup = load_setup(configs);
  if (!setup) return complain(setup.error());
  if (print_only) {
    std::fputs(print_config(setup->config).c_str(), stdout);
    return kOk;
  }
  const Seen seen = survey(*setup->rules);
  for (const std::string& problem : seen.problems) std::fprintf(stderr, "%s\n", base::printable(problem).c_str());
  if (!seen.problems.empty()) return kUnavailable;
  std::printf("configuration is good: %zu rules, %zu logs\n", setup->rules->blocks.size(), seen.logs.size());
  return kOk;
}

int plan(const std::vector<std::string>& configs, bool json) {
  const base::Result<Setup> setup = load_setup(configs);
  if (!setup) return complain(setup.error());
  const Seen seen = survey(*setup->rules);
  const base::Timestamp now = base::SystemClock().now();
  const auto items = make_plan(seen, *setup->rules, now, setup->zone);
  std::fputs((json ? plan_json(items) : plan_text(items, seen, now)).c_str(), stdout);
  return kOk;
}

int reference() {
  std::fputs(config_reference().c_str(), stdout);
  return kOk;
}

}  // namespace longshore::rotator
