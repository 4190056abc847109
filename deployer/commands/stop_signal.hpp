// SIGTERM and SIGINT ask for an end after the step under way; a second one ends at once, as after kill -9.
#pragma once

#include <atomic>

namespace longshore::deployer {

// Set by the first signal; installs the handlers when called first.
const std::atomic<bool>& told_to_stop();

}  // namespace longshore::deployer
