// Lines of a json-file log. What is held plus what came out accounts for every line.
#include <cstdint>
#include <string>

#include "shipper/docker/check_for_fuzz.hpp"
#include "shipper/docker/docker_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  using namespace longshore::shipper;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Batch batch;
  DockerJson json({.max_message = 500});
  std::size_t given = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    Event event;
    event.frame = event.message = batch.arena.append(bytes.substr(0, end));
    event.format = Format::line;
    const std::size_t first = batch.events.size();
    batch.events.push_back(event);
    json.apply(batch, first, {1});
    given += end + 1;
    if (json.held_bytes() > given) std::abort();
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  json.expire(batch, base::kNever);
  if (json.held_bytes() != 0) std::abort();
  check_batch(batch);
  return 0;
}
