// check and reference: what needs no running health.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "health/checks/check.hpp"
#include "health/commands/commands.hpp"

namespace longshore::health {

int check(const std::string& path, bool print_only) {
  const auto config = load_config(path);
  if (!config) {
    std::fprintf(stderr, "%s\n", config.error().message.c_str());
    return kConfiguration;
  }
  if (print_only) {
    std::fputs(print_config(*config).c_str(), stdout);
    return kOk;
  }
  const auto checks = checks_of(*config);
  bool all = true;
  for (const Check& one : checks) {
    const auto begun = std::chrono::steady_clock::now();
    const Outcome outcome = one.look();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    const bool passed = outcome.found == Found::passed;
    all = all && passed;
    fmt::print("{:<6} {} ({} ms){}\n", passed ? "passes" : "fails", one.name, took.count(),
               passed ? "" : ": " + outcome.why);
  }
  fmt::print("the configuration is good: {} checks{}\n", checks.size(), all ? "" : ", not all of which pass now");
  return all ? kOk : kUnavailable;
}

int reference() {
  std::fputs(config_reference().c_str(), stdout);
  return kOk;
}

}  // namespace longshore::health
