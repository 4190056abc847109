#include "rotator/daemon/status.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "common/base/bytes.hpp"
#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "common/telemetry/prometheus.hpp"
#include "rotator/version.hpp"

namespace longshore::rotator {
namespace {

using base::json_text;
using telemetry::PrometheusText;
using Kind = PrometheusText::Kind;

constexpr std::array<std::string_view, 5> kReasons{"count", "age", "rule_bytes", "volume_bytes", "free_space"};

std::string time_json(base::Timestamp time) {
  return time == base::kNever || time.ns == 0 ? "null" : json_text(base::format_rfc3339(time, 0));
}

std::string log_json(const Keeper& keeper, std::size_t number) {
  const SeenLog& log = keeper.seen().logs[number];
  const LogState& state = keeper.state(number);
  return fmt::format(
      "{{\"file\":{},\"rule\":{},\"exists\":{},\"bytes\":{},\"archives\":{},\"archive_bytes\":{},\"last\":{},\"next\":{},"
      "\"why\":{},\"mode\":{},"
      "\"busy\":{},\"error\":{}}}",
      json_text(keeper.path_of(log)), json_text(keeper.rules().blocks[log.rule].name), log.exists, log.bytes, state.archives,
      state.archive_bytes, time_json(state.last_rotation), time_json(state.next), json_text(state.why), json_text(state.how),
      state.busy, json_text(state.error));
}

std::string counts_json(const Keeper& keeper) {
  const KeeperCounts& counts = keeper.counts();
  std::string expired;
  for (std::size_t i = 0; i < kReasons.size(); ++i)
    expired += fmt::format("{}\"{}\":{{\"archives\":{},\"bytes\":{}}}", i == 0 ? "" : ",", kReasons[i], counts.expired[i],
                           counts.expired_bytes[i]);
  return fmt::format(
      "{{\"rotations\":{},\"rotation_failures\":{},\"archived_bytes\":{},\"at_risk_bytes\":{},\"reopen_failures\":{},"
      "\"compressions\":{},"
      "\"compression_failures\":{},\"waiting_for_compression\":{},\"expired\":{{{}}}}}",
      counts.rotations, counts.rotation_failures, counts.archived_bytes, counts.at_risk_bytes, counts.reopen_failures,
      counts.compressions, counts.compression_failures, keeper.waiting_for_compression(), expired);
}

}  // namespace

std::string status_json(const Keeper& keeper, base::Timestamp now) {
  const Seen& seen = keeper.seen();
  std::string out = fmt::format("{{\"version\":{},\"time\":{},\"counts\":{},\"disks\":[", json_text(kVersion),
                                time_json(now), counts_json(keeper));
  for (std::size_t i = 0; i < seen.disks.size(); ++i)
    out += fmt::format("{}{{\"path\":{},\"free\":{},\"keep_free\":{}}}", i == 0 ? "" : ",", json_text(seen.disks[i].path),
                       seen.disks[i].state.available, seen.disks[i].state.keep_free);
  out += "],\"problems\":[";
  for (std::size_t i = 0; i < seen.problems.size(); ++i) out += (i == 0 ? "" : ",") + json_text(seen.problems[i]);
  out += "],\"logs\":[";
  for (std::size_t i = 0; i < seen.logs.size(); ++i) out += (i == 0 ? "\n" : ",\n") + log_json(keeper, i);
  return out + "]}\n";
}

std::string metrics_text(const Keeper& keeper) {
  const KeeperCounts& counts = keeper.counts();
  PrometheusText text;
  auto one = [&](std::string_view name, Kind kind, std::string_view help, std::uint64_t value) {
    text.family(fmt::format("longshore_rotator_{}", name), kind, help);
    text.sample({}, value);
  };
  one("rotations_total", Kind::counter, "Rotations that made an archive", counts.rotations);
  one("rotation_failures_total", Kind::counter, "Rotations that failed and are tried again", counts.rotation_failures);
  one("archived_bytes_total", Kind::counter, "Bytes of logs that went into archives", counts.archived_bytes);
  one("at_risk_bytes_total", Kind::counter,
      "Bytes that may have been lost, at most: only where nothing but truncation was possible", counts.at_risk_bytes);
  one("reopen_failures_total", Kind::counter, "Rotations after which the writer could not be told", counts.reopen_failures);
  one("compressions_total", Kind::counter, "Archives compressed and read back", counts.compressions);
  one("compression_failures_total", Kind::counter, "Archives that could not be compressed; they stay as they are",
      counts.compression_failures);
  one("compressed_source_bytes_total", Kind::counter, "Bytes on the disk before compression", counts.compressed_from);
  one("compressed_bytes_total", Kind::counter, "Bytes on the disk after compression", counts.compressed_to);
  one("compression_waiting_archives", Kind::gauge, "Archives that are to be compressed", keeper.waiting_for_compression());
  text.family("longshore_rotator_expired_archives_total", Kind::counter, "Archives removed, by the rule that said so");
  for (std::size_t i = 0; i < kReasons.size(); ++i) text.sample({{"reason", kReasons[i]}}, counts.expired[i]);
  text.family("longshore_rotator_expired_bytes_total", Kind::counter, "Bytes on the disk that this gave back");
  for (std::size_t i = 0; i < kReasons.size(); ++i) text.sample({{"reason", kReasons[i]}}, counts.expired_bytes[i]);
  one("surveys_total", Kind::counter, "Looks at everything on the disk", counts.surveys);
  one("clock_jumps_total", Kind::counter, "Jumps of the wall clock by more than a minute", counts.clock_jumps);

  std::uint64_t failing = 0;
  for (std::size_t i = 0; i < keeper.seen().logs.size(); ++i) failing += keeper.state(i).error.empty() ? 0 : 1;
  one("logs", Kind::gauge, "Logs that are looked after", keeper.seen().logs.size());
  one("failing_logs", Kind::gauge, "Logs whose last rotation failed", failing);
  one("problems", Kind::gauge, "Folders that cannot be read and files that are refused", keeper.seen().problems.size());
  text.family("longshore_rotator_rule_bytes", Kind::gauge, "Bytes on the disk of a rule's logs with their archives");
  std::vector<std::uint64_t> bytes(keeper.rules().blocks.size());
  for (std::size_t i = 0; i < keeper.seen().logs.size(); ++i)
    bytes[keeper.seen().logs[i].rule] += keeper.seen().logs[i].allocated + keeper.state(i).archive_bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) text.sample({{"rule", keeper.rules().blocks[i].name}}, bytes[i]);
  text.family("longshore_rotator_disk_free_bytes", Kind::gauge, "Bytes that are free on a disk with logs");
  for (const SeenDisk& disk : keeper.seen().disks) text.sample({{"path", disk.path}}, disk.state.available);
  text.family("longshore_rotator_disk_keep_free_bytes", Kind::gauge, "Bytes that are to stay free");
  for (const SeenDisk& disk : keeper.seen().disks) text.sample({{"path", disk.path}}, disk.state.keep_free);
  return text.text();
}

base::Result<std::string> status_table(std::string_view json, std::size_t width) {
  simdjson::dom::parser parser;
  simdjson::dom::object root, counts;
  simdjson::dom::array logs, problems, disks;
  if (parser.parse(simdjson::padded_string(json)).get(root) != simdjson::SUCCESS ||
      root["logs"].get(logs) != simdjson::SUCCESS || root["counts"].get(counts) != simdjson::SUCCESS ||
      root["problems"].get(problems) != simdjson::SUCCESS || root["disks"].get(disks) != simdjson::SUCCESS)
    return base::fail(base::Code::corrupt, "the answer is no status of a rotator");
  auto text = [](const simdjson::dom::object& object, const char* key) {
    std::string_view value;
    return object[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string("-");
  };
  auto number = [](const simdjson::dom::object& object, const char* key) {
    std::uint64_t value = 0;
    return object[key].get(value) == simdjson::SUCCESS ? value : 0;
  };
  auto size = [&](const simdjson::dom::object& object, const char* key) {
    return base::format_bytes({number(object, key)});
  };
  auto cut = [&](const std::string& line) { return base::cut_to_characters(base::printable(line), width) + "\n"; };

  std::string out = cut(fmt::format("{:>10} {:>8} {:>10}  {:<20} {:<20}  {}", "size", "archives", "their size",
                                    "last rotation", "next", "file"));
  for (const simdjson::dom::object log : logs) {
    bool busy = false;
    if (log["busy"].get(busy) != simdjson::SUCCESS)
      return base::fail(base::Code::corrupt, "the answer is no status of a rotator");
    const std::string error = text(log, "error");
    out += cut(fmt::format("{:>10} {:>8} {:>10}  {:<20} {:<20}  {}{}", size(log, "bytes"), number(log, "archives"),
                           size(log, "archive_bytes"), text(log, "last"), busy ? "now" : text(log, "next"),
                           text(log, "file"), error.empty() ? "" : "  FAILS: " + error));
  }
  for (const simdjson::dom::object disk : disks)
    out += cut(fmt::format("disk of {}: {} free{}", text(disk, "path"), size(disk, "free"),
                           number(disk, "keep_free") > 0 ? ", " + size(disk, "keep_free") + " wanted" : ""));
  for (const std::string_view problem : problems) out += cut("not looked after: " + std::string(problem));
  return out +
         cut(fmt::format("{} rotations, {} failed; {} archived, {} of it at risk; {} archives wait for compression",
                         number(counts, "rotations"), number(counts, "rotation_failures"), size(counts, "archived_bytes"),
                         size(counts, "at_risk_bytes"), number(counts, "waiting_for_compression")));
}

}  // namespace longshore::rotator
