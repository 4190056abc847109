// The spool on a real disk (in TMPDIR, or /var/tmp): groups of 1 MiB of 256-byte events are appended and synced; a backlog
// is read back from the page cache; a spool with a backlog is opened. Each first checks that what it wrote can be read.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "common/base/crc32c.hpp"
#include "shipper/spool/batch_pool.hpp"
#include "shipper/spool/spool.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kEventSize = 256;
constexpr std::size_t kEvents = (1 << 20) / kEventSize;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    const char* root = std::getenv("TMPDIR");
    path_ = std::string(root != nullptr ? root : "/var/tmp") + "/spool_benchmark.XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Lines as a web server writes them: they compress about as real logs do.
std::shared_ptr<Batch> make_batch() {
  auto batch = std::make_shared<Batch>();
  batch->sources.push_back({"syslog tcp://0.0.0.0:601", {"prod"}});
  batch->events.reserve(kEvents);
  std::uint32_t random = 1;
  for (std::size_t i = 0; i < kEvents; ++i) {
    std::string line = "<13>1 2026-11-23T03:42:12.123456Z host-17 nginx 4711 - - GET /api/v1/orders/";
    while (line.size() < kEventSize) {
      random = random * 1664525 + 1013904223;
      line += random % 3 == 0 ? std::to_string(random) : random % 3 == 1 ? " status=200 " : "&user=alice&page=";
    }
    line.resize(kEventSize);
    Event event;
    event.frame = event.message = batch->arena.append(line);
    batch->events.push_back(event);
  }
  return batch;
}

SpoolOptions options_in(const TemporaryFolder& folder, Codec codec, Durability durability) {
  SpoolOptions options;
  options.dir = folder.path() + "/spool";
  options.codec = codec;
  options.durability = durability;
  options.max_size = base::Bytes{16ULL << 30};
  return options;
}

void append_and_sync(benchmark::State& state, Codec codec, Durability durability) {
  const TemporaryFolder folder;
  base::PosixFileSystem disk;
  const auto spool = Spool::open(options_in(folder, codec, durability), disk).value();
  (void)spool->open_cursor("sink").value();
  const auto reader = spool->reader(0);
  const auto batch = make_batch();
  const double before = cpu_seconds();
  std::uint64_t events = 0;
  for (auto _ : state) {
    if (!spool->append(batch) || !spool->sync()) return state.SkipWithError("append failed");
    const auto read = reader->next();
    if (!read || *read != batch) return state.SkipWithError("the reader got something else");
    events += batch->events.size();
    if (events % (64 * kEvents) == 0) (void)spool->advance_cursor("sink", (*read)->end_seq());
  }
  const double bytes = static_cast<double>(state.iterations()) * kEvents * kEventSize;
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["cpu_s_per_GiB"] = (cpu_seconds() - before) / (bytes / (1 << 30));
}

// Reads a backlog of 256 MiB from its beginning to its end.
void read_backlog(benchmark::State& state, Codec codec) {
  constexpr int kBatches = 256;
  const TemporaryFolder folder;
  base::PosixFileSystem disk;
  const auto options = options_in(folder, codec, Durability::none);
  {
    const auto spool = Spool::open(options, disk).value();
    const auto batch = make_batch();
    for (int i = 0; i < kBatches; ++i)
      if (!spool->append(batch) || !spool->sync()) return state.SkipWithError("append failed");
  }
  const auto spool = Spool::open(options, disk).value();
  const double before = cpu_seconds();
  for (auto _ : state) {
    const auto reader = spool->reader(0);
    std::uint64_t events = 0;
    while (const auto batch = reader->next().value()) events += batch->events.size();
    if (events != kBatches * kEvents) return state.SkipWithError("events are missing");
  }
  const double bytes = static_cast<double>(state.iterations()) * kBatches * kEvents * kEventSize;
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.counters["cpu_s_per_GiB"] = (cpu_seconds() - before) / (bytes / (1 << 30));
}

// The argument is the size of the backlog in MiB, in the page cache.
void open_with_backlog(benchmark::State& state) {
  const TemporaryFolder folder;
  base::PosixFileSystem disk;
  const auto options = options_in(folder, Codec::none, Durability::batch);
  {
    const auto spool = Spool::open(options, disk).value();
    const auto batch = make_batch();
    for (int i = 0; i < state.range(0); ++i)
      if (!spool->append(batch) || !spool->sync()) return state.SkipWithError("append failed");
  }
  for (auto _ : state) {
    const auto spool = Spool::open(options, disk).value();
    if (spool->stats().next_seq != static_cast<std::uint64_t>(state.range(0)) * kEvents + 1)
      return state.SkipWithError("events are missing");
  }
}

void crc(benchmark::State& state) {
  const auto batch = make_batch();
  for (auto _ : state) benchmark::DoNotOptimize(base::crc32c(batch->arena.view()));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(batch->arena.size()));
}

BENCHMARK_CAPTURE(append_and_sync, batch, Codec::none, Durability::batch)->UseRealTime();
BENCHMARK_CAPTURE(append_and_sync, zstd, Codec::zstd, Durability::batch)->UseRealTime();
BENCHMARK_CAPTURE(append_and_sync, never_synced, Codec::none, Durability::none)->UseRealTime();
BENCHMARK_CAPTURE(read_backlog, none, Codec::none)->UseRealTime();
BENCHMARK_CAPTURE(read_backlog, zstd, Codec::zstd)->UseRealTime();
BENCHMARK(open_with_backlog)->Arg(1)->Arg(256)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(crc);

}  // namespace
}  // namespace longshore::shipper

BENCHMARK_MAIN();
