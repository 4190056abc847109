#include "deployer/run/runtime.hpp"

#include <thread>

#include "common/base/clock.hpp"

namespace longshore::deployer {

Runtime real_runtime(const std::atomic<bool>& stop) {
  return {.now = [] { return base::SystemClock().now(); },
          .sleep = [](base::Duration duration) { std::this_thread::sleep_for(duration); },
          .parallel =
              [](const std::vector<std::function<void()>>& work) {
                std::vector<std::jthread> threads;
                for (const auto& one : work) threads.emplace_back(one);
              },
          .stop = &stop};
}

}  // namespace longshore::deployer
