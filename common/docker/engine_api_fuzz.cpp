// Whatever a Docker socket answers, it is what was asked for or an error.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/docker/container_api.hpp"
#include "common/docker/image_api.hpp"
#include "common/docker/network_api.hpp"
#include "common/docker/volume_api.hpp"

namespace {

void require(bool good) {
  if (!good) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::docker;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto containers = read_containers(text))
    for (const auto& container : *containers) require(!container.id.empty());
  if (const auto container = read_container(text)) require(!container->id.empty() && !container->status.empty());
  if (const auto id = read_id(text)) require(!id->empty());
  if (const auto digest = read_distribution(text)) require(!digest->empty());
  if (const auto volumes = read_volumes(text))
    for (const auto& volume : *volumes) require(!volume.name.empty());
  (void)read_volume(text);
  (void)read_images(text);
  (void)read_image(text);
  (void)read_network_name(text);
  (void)read_engine_info(text, text);
  require(read_log(text).size() <= size);
  require(!check_answer(404, text) && !check_registry_answer(500, text));
  const ApiVersion version = negotiate(text);
  require(version >= kOldestApi && version <= kNewestApi);
  // In whatever pieces a pull's stream comes, it ends the same way.
  PullProgress whole, halves;
  whole.add(text);
  halves.add(text.substr(0, size / 2));
  halves.add(text.substr(size / 2));
  require(whole.outcome().has_value() == halves.outcome().has_value());
  return 0;
}
