// Encoding: events of 256 and 1024 bytes into the lines that sinks send. Bytes per second count what comes in (the frames).
#include <benchmark/benchmark.h>

#include <string>

#include "shipper/encode/batch_for_test.hpp"
#include "shipper/encode/encoder.hpp"
#include "shipper/encode/json_text_twin.hpp"

namespace longshore::shipper {
namespace {

constexpr int kEvents = 1000;

Batch make_batch(std::size_t frame_size, std::string_view text) {
  Batch batch;
  for (int i = 0; i < kEvents; ++i) {
    EventText event{.message = "seq=" + std::to_string(i) + " ",
                    .host = "web-17.example.com",
                    .app = "nginx",
                    .pid = "31415",
                    .msgid = "ID47",
                    .priority = 165,
                    .time_ns = 1'795'405'332'000'000'000 + i * 1'000'000};
    while (event.message.size() < frame_size - 70) event.message += text;
    event.message.resize(frame_size - 70);  // a header of RFC 5424 is about 70 bytes
    add_event(batch, event, {.name = "syslog tcp://0.0.0.0:601", .tags = {}});
  }
  return batch;
}

constexpr std::string_view kPlain = "GET /api/v1/items?id=17 HTTP/1.1 200 curl/7.88.1 took 12 ms upstream 10.0.0.7:8080 ";
constexpr std::string_view kQuoted =
    R"(GET /api/v1/items?id=17 HTTP/1.1 200 "curl/7.88.1" took 12 ms upstream 10.0.0.7:8080 )";
constexpr std::string_view kForeign =
    "Der Auftrag wurde \xC3\xBC"
    "bermittelt, Gr\xC3\xB6\xC3\x9F"
    "e 17 m\xC2\xB2, Gesch\xC3\xA4"
    "ft 4711 ";

void encode(benchmark::State& state, LineShape format, std::string_view text) {
  const auto frame_size = static_cast<std::size_t>(state.range(0));
  const Batch batch = make_batch(frame_size, text);
  Encoder encoder({.format = format, .max_line = 1'000'000});
  Output out;
  encoder.begin(batch);
  for (const Event& event : batch.events) encoder.append(event, out);
  for (const Event& event : batch.events) {
    const std::string_view message = batch.text(event.message);
    const std::string expected = format == LineShape::json ? json_text_twin(message) : std::string(message);
    if (out.view().find(expected) == std::string_view::npos) return state.SkipWithError("wrong answer");
  }
  for (auto _ : state) {
    out.clear();
    encoder.begin(batch);
    for (const Event& event : batch.events) encoder.append(event, out);
    benchmark::DoNotOptimize(out.view().data());
  }
  state.SetItemsProcessed(state.iterations() * kEvents);
  state.SetBytesProcessed(state.iterations() * kEvents * static_cast<std::int64_t>(frame_size));
  state.counters["out_bytes_per_event"] = static_cast<double>(out.size()) / kEvents;
}

BENCHMARK_CAPTURE(encode, json_plain, LineShape::json, kPlain)->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(encode, json_quoted, LineShape::json, kQuoted)->Arg(256)->Arg(1024);
BENCHMARK_CAPTURE(encode, json_utf8, LineShape::json, kForeign)->Arg(256);
BENCHMARK_CAPTURE(encode, rfc5424, LineShape::rfc5424, kPlain)->Arg(256)->Arg(1024);

}  // namespace
}  // namespace longshore::shipper

BENCHMARK_MAIN();
