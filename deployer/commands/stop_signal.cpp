#include "deployer/commands/stop_signal.hpp"

#include <signal.h>

namespace longshore::deployer {
namespace {

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

const std::atomic<bool>& told_to_stop() {
  static const bool installed = [] {
    struct sigaction action = {};
    action.sa_handler = [](int) { g_stop = true; };
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;  // the second one finds the default
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    return true;
  }();
  static_cast<void>(installed);
  return g_stop;
}

}  // namespace longshore::deployer
