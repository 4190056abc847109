// Time and threads, handed in so that tests run a whole rollout in virtual time.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::deployer {

struct Runtime {
  std::function<base::Timestamp()> now;
  std::function<void(base::Duration)> sleep;
  // Runs all, each on a thread of its own, and returns when all have ended.
  std::function<void(const std::vector<std::function<void()>>&)> parallel;
  // Set by SIGTERM and SIGINT: no new node is begun.
  const std::atomic<bool>* stop = nullptr;
};

Runtime real_runtime(const std::atomic<bool>& stop);

}  // namespace longshore::deployer
