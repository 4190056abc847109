// A connection of the Forward protocol: read in one go, and in small pieces. Both must give the same events.
#include <cstdint>
#include <string>

#include "shipper/docker/check_for_fuzz.hpp"
#include "shipper/docker/docker_for_test.hpp"
#include "shipper/docker/forward_decoder.hpp"

namespace {

using namespace longshore;
using namespace longshore::shipper;

std::vector<std::string> run(std::string_view bytes, std::size_t step) {
  Batch batch;
  PartialJoiner joiner({.max_message = 10'000, .max_held = 100'000});
  ForwardDecoder decoder({.max_message = 1 << 16, .max_inflated = 1 << 18}, joiner);
  decoder.set_answer([](const std::string&) {});
  while (!bytes.empty()) {
    const Slice slice = batch.arena.append(bytes.substr(0, step));
    if (!decoder.feed(batch, slice, {1})) break;
    bytes.remove_prefix(slice.size);
  }
  PartialJoiner restarted({});
  for (const Checkpoint& checkpoint : batch.checkpoints) restarted.restore(checkpoint.key, checkpoint.value, {1});
  joiner.expire(batch, base::kNever);
  restarted.expire(batch, base::kNever);
  for (auto& durable : batch.on_durable) durable();
  check_batch(batch);
  return messages_of(batch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (run(bytes, SIZE_MAX) != run(bytes, 13)) std::abort();
  return 0;
}
