// What archiving and searching a frame of 1 MiB cost: compression, looking at every line for its time, decompression, and
// the search for a literal and for an expression that has none. Each is checked before it is measured.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "rotator/archive/frame_codec.hpp"
#include "rotator/archive/index.hpp"
#include "rotator/search/matcher.hpp"

namespace {

using namespace longshore;
using namespace longshore::rotator;

void require(bool holds) {
  if (!holds) std::abort();
}

// A frame of lines as containers write them, numbered so that they compress as logs do.
std::string make_text(bool json) {
  std::string text;
  std::uint64_t state = 1;
  const auto random = [&](std::uint64_t below) {
    state = state * 6364136223846793005 + 1442695040888963407;
    return std::to_string((state >> 33U) % below);
  };
  for (std::int64_t line = 0;; ++line) {
    const std::string time = base::format_rfc3339({(1'795'000'000 + line / 50) * 1'000'000'000 + line % 50 * 1'000'000}, 6);
    const std::string number = random(30000), took = random(2000);
    const std::string next =
        json ? R"({"level":"info","msg":"request )" + number + R"( from 10.1.)" + took + R"(","took":)" + took +
                   R"(,"time":")" + time + "\"}\n"
             : time + " host app[" + number + "]: request from 10.1." + took + " took " + took + " ms, status 200\n";
    if (text.size() + next.size() > kFrameSize) return text;
    text += next;
  }
}

void set_bytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(size));
}

void describe(benchmark::State& state) {
  const std::string text = make_text(state.range(0) != 0);
  LineClock clock(*base::parse_rfc3339("2026-11-27T12:00:00Z"));
  require(describe_text(text, clock).times.earliest == 1'795'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(describe_text(text, clock));
  set_bytes(state, text.size());
}
BENCHMARK(describe)->ArgName("json")->Arg(0)->Arg(1);

void compress(benchmark::State& state) {
  const std::string text = make_text(false);
  FrameEncoder encoder({static_cast<Codec>(state.range(0)), 0});
  FrameDecoder decoder;
  require(decoder.decode(encoder.codec(), *encoder.encode(text), text.size()) == text);
  for (auto _ : state) benchmark::DoNotOptimize(encoder.encode(text));
  set_bytes(state, text.size());
}
BENCHMARK(compress)->ArgName("codec")->Arg(1)->Arg(2);

void decompress(benchmark::State& state) {
  const std::string text = make_text(false);
  FrameEncoder encoder({static_cast<Codec>(state.range(0)), 0});
  const std::string bytes(*encoder.encode(text));
  FrameDecoder decoder;
  require(decoder.decode(encoder.codec(), bytes, text.size()) == text);
  for (auto _ : state) benchmark::DoNotOptimize(decoder.decode(encoder.codec(), bytes, text.size()));
  set_bytes(state, text.size());
}
BENCHMARK(decompress)->ArgName("codec")->Arg(1)->Arg(2);

void search(benchmark::State& state, const char* pattern, bool ignore_case) {
  const std::string text = make_text(false);
  auto matcher = *Matcher::make({pattern, false, ignore_case});
  const auto find = [&](const std::string& in, std::size_t from) {
    matcher.begin(in);
    return matcher.find(from);
  };
  require(find(text, 0) == text.npos);
  require(find(text + "status 502 or 77777 ms", text.size()) != text.npos);
  for (auto _ : state) benchmark::DoNotOptimize(find(text, 0));
  set_bytes(state, text.size());
}
BENCHMARK_CAPTURE(search, literal, "status 502", false);
BENCHMARK_CAPTURE(search, any_case, "STATUS 502", true);
BENCHMARK_CAPTURE(search, one_of_three, "status 50[123]|[45] failed|refused", false);
BENCHMARK_CAPTURE(search, no_literal, "[0-9]{5} m", false);

}  // namespace

BENCHMARK_MAIN();
