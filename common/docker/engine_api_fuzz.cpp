// Whatever a Docker socket answers, it is containers or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/docker/engine_api.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto containers = longshore::docker::read_containers(text))
    for (const auto& container : *containers)
      if (container.id.empty()) __builtin_trap();
  if (longshore::docker::check_answer(404, text)) __builtin_trap();
  return 0;
}
