// GELF over UDP (datagrams are told apart by the two bytes "\n\n") and over TCP.
#include <cstdint>
#include <string>

#include "shipper/docker/check_for_fuzz.hpp"
#include "shipper/docker/docker_for_test.hpp"
#include "shipper/docker/gelf_datagrams.hpp"
#include "shipper/docker/gelf_stream.hpp"

namespace {

using namespace longshore;
using namespace longshore::shipper;

void run_datagrams(std::string_view bytes) {
  Batch batch;
  DropCounter lost;
  GelfDatagrams datagrams({.max_message = 1 << 16, .chunks = {.max_messages = 4, .max_bytes = 1 << 12}});
  std::int64_t now = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find("\n\n"), bytes.size());
    datagrams.feed(batch, bytes.substr(0, end), {now += 700'000'000}, lost);
    bytes.remove_prefix(std::min(end + 2, bytes.size()));
  }
  datagrams.expire(base::kNever, lost);
  check_batch(batch);
}

std::vector<std::string> run_stream(std::string_view bytes, std::size_t step) {
  Batch batch;
  GelfStream stream(1000);
  while (!bytes.empty()) {
    const auto start = static_cast<std::uint32_t>(batch.arena.size());
    stream.begin(batch);
    const Slice read = batch.arena.append(bytes.substr(0, step));
    stream.feed(batch, {start, read.end() - start}, {1});
    bytes.remove_prefix(read.size);
  }
  stream.finish(batch, {1});
  check_batch(batch);
  return messages_of(batch);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  run_datagrams(bytes);
  if (run_stream(bytes, SIZE_MAX) != run_stream(bytes, 7)) std::abort();
  return 0;
}
