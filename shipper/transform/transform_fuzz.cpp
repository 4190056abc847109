// Every transform over lines of input. Secrets that were found once are nowhere afterwards; the sum of events holds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "shipper/docker/check_for_fuzz.hpp"
#include "shipper/transform/chain.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  using namespace longshore::shipper;
  const std::vector<TransformOptions> options = {
      ParseJsonOptions{},
      RedactOptions{.patterns = {{"mine", "id=(\\w+)"}}},
      DropOptions{.where = {{"level", {}, "drop"}}},
      CollapseOptions{.max_distinct = 4},
      SetOptions{.fields = {{"k", "v"}}},
      SampleOptions{.keep_one_in = 2, .where = {{"message", TransformCondition::Is::contains, "s"}}}};
  static TransformChain chain = std::move(*TransformChain::make(options));
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Batch batch;
  DropCounter dropped;
  std::uint64_t received = 0;
  for (base::Timestamp now{}; !bytes.empty(); now = now + std::chrono::seconds(3)) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    Event event;
    event.frame = event.message = batch.arena.append(bytes.substr(0, end));
    const std::size_t first = batch.events.size();
    batch.events.push_back(event);
    ++received;
    chain.apply(batch, first, now, dropped);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  chain.flush(batch, base::kNever, dropped);
  check_batch(batch);
  std::uint64_t accounted = batch.events.size() + chain.held();
  for (const auto& [reason, count] : dropped.dropped) accounted += count;
  if (accounted != received) std::abort();
  return 0;
}
