// From bytes of a connection to events: framing alone, parsing alone, and both, of 256-byte lines in reads of 64 KiB.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/framing/syslog_framer.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kLineSize = 256;
constexpr int kLines = 4000;
constexpr std::size_t kRead = 64 << 10;

enum class Kind { rfc5424, rfc3164, iso3164, with_data };

// A line without its end. The second changes every hundred lines, the fraction with each.
std::string make_line(Kind kind, int i, std::size_t size) {
  const base::Timestamp time{1'795'405'332'000'000'000 + i * 10'000'000LL};
  const std::string iso = base::format_rfc3339(time, 6);
  std::string line;
  switch (kind) {
    case Kind::rfc5424:
      line = "<165>1 " + iso + " web-17.example.com nginx 31415 ID47 - ";
      break;
    case Kind::with_data:
      line = "<165>1 " + iso +
             " web-17.example.com nginx 31415 ID47 [meta sequenceId=\"29\" sysUpTime=\"1234\"][origin ip=\"10.0.0.7\"] ";
      break;
    case Kind::rfc3164:
      line = "<165>Nov 23 " + iso.substr(11, 8) + " web-17.example.com nginx[31415]: ";
      break;
    case Kind::iso3164:
      line = "<165>" + iso + " web-17.example.com nginx[31415]: ";
      break;
  }
  line += "seq=" + std::to_string(i) + ' ';
  while (line.size() < size)
    line += "GET /api/v1/items?id=17 HTTP/1.1 200 \"curl/7.88.1\" took 12 ms upstream 10.0.0.7:8080 ";
  line.resize(size);
  return line;
}

std::string make_stream(Kind kind, bool counted) {
  std::string stream;
  for (int i = 0; i < kLines; ++i)
    stream += counted ? "255 " + make_line(kind, i, kLineSize - 1) : make_line(kind, i, kLineSize - 1) + '\n';
  return stream;
}

SyslogContext make_context() {
  SyslogContext context;
  context.now = {1'795'405'400'000'000'000};
  context.peer = "10.0.0.17";
  return context;
}

// As a connection does it: reads into the arena behind what was left, a batch for every sixteen reads.
template <class Emit>
void feed(SyslogFramer& framer, Batch& batch, std::string_view stream, Emit&& emit) {
  for (std::size_t at = 0; at < stream.size(); at += kRead) {
    if (at % (16 * kRead) == 0) batch.clear();
    const auto begin = static_cast<std::uint32_t>(batch.arena.size());
    framer.begin(batch.arena);
    batch.arena.append(stream.substr(at, kRead));
    framer.feed(batch.arena, {begin, static_cast<std::uint32_t>(batch.arena.size()) - begin}, emit);
  }
}

void count(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * kLines);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
  state.counters["per_event"] = benchmark::Counter(static_cast<double>(state.iterations()) * kLines,
                                                   benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void frame(benchmark::State& state, bool counted) {
  const std::string stream = make_stream(Kind::rfc5424, counted);
  SyslogFramer framer(kRead);
  Batch batch;
  int frames = 0;
  feed(framer, batch, stream, [&](Slice slice, bool) {
    if (batch.text(slice) == make_line(Kind::rfc5424, frames, kLineSize - 1)) ++frames;
  });
  if (frames != kLines) return state.SkipWithError("wrong answer");
  std::uint64_t bytes = 0;
  for (auto _ : state) feed(framer, batch, stream, [&](Slice slice, bool) { bytes += slice.size; });
  benchmark::DoNotOptimize(bytes);
  count(state, stream.size());
}

bool is_right(const Batch& batch, const Event& event, Kind kind, int i) {
  const std::string_view message = batch.text(event.message);
  const bool modern = kind == Kind::rfc5424 || kind == Kind::with_data;
  const std::int64_t time = 1'795'405'332'000'000'000 + i * 10'000'000LL;
  return event.format == (modern ? Format::rfc5424 : Format::rfc3164) && event.flags == flag::kHasTime &&
         event.priority == 165 && event.time_ns == (kind == Kind::rfc3164 ? time - time % 1'000'000'000 : time) &&
         batch.text(event.host()) == "web-17.example.com" && batch.text(event.app()) == "nginx" &&
         batch.text(event.procid()) == "31415" && batch.text(event.msgid()) == (modern ? "ID47" : "") &&
         event.structured_data.empty() == (kind != Kind::with_data) && message.starts_with("seq=" + std::to_string(i) + ' ');
}

void parse(benchmark::State& state, Kind kind) {
  Batch batch;
  std::vector<Slice> frames;
  for (int i = 0; i < kLines; ++i) frames.push_back(batch.arena.append(make_line(kind, i, kLineSize - 1)));
  SyslogContext context = make_context();
  for (int i = 0; i < kLines; ++i) {
    parse_syslog(batch, frames[i], false, context);
    if (!is_right(batch, batch.events[i], kind, i)) return state.SkipWithError("wrong answer");
  }
  for (auto _ : state) {
    batch.events.clear();
    for (const Slice slice : frames) parse_syslog(batch, slice, false, context);
    benchmark::DoNotOptimize(batch.events.data());
  }
  count(state, batch.arena.size());
}

void frame_and_parse(benchmark::State& state, Kind kind, bool counted) {
  const std::string stream = make_stream(kind, counted);
  SyslogFramer framer(kRead);
  SyslogContext context = make_context();
  Batch batch;
  int right = 0;
  feed(framer, batch, stream, [&](Slice slice, bool truncated) {
    parse_syslog(batch, slice, truncated, context);
    right += is_right(batch, batch.events.back(), kind, right) ? 1 : 0;
  });
  if (right != kLines) return state.SkipWithError("wrong answer");
  for (auto _ : state)
    feed(framer, batch, stream, [&](Slice slice, bool truncated) { parse_syslog(batch, slice, truncated, context); });
  benchmark::DoNotOptimize(batch.events.data());
  count(state, stream.size());
}

BENCHMARK_CAPTURE(frame, lines, false);
BENCHMARK_CAPTURE(frame, counted, true);
BENCHMARK_CAPTURE(parse, rfc5424, Kind::rfc5424);
BENCHMARK_CAPTURE(parse, rfc5424_data, Kind::with_data);
BENCHMARK_CAPTURE(parse, rfc3164, Kind::rfc3164);
BENCHMARK_CAPTURE(parse, rfc3164_iso, Kind::iso3164);
BENCHMARK_CAPTURE(frame_and_parse, rfc5424_lines, Kind::rfc5424, false);
BENCHMARK_CAPTURE(frame_and_parse, rfc5424_counted, Kind::rfc5424, true);
BENCHMARK_CAPTURE(frame_and_parse, rfc3164_lines, Kind::rfc3164, false);

}  // namespace
}  // namespace longshore::shipper

BENCHMARK_MAIN();
