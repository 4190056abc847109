#include "rotator/daemon/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "common/base/bytes.hpp"
#include "common/base/json.hpp"
#include "common/base/utf8.hpp"
#include "rotator/daemon/expiries.hpp"
#include "rotator/schedule/decision.hpp"
#include "rotator/schedule/last_rotation.hpp"

namespace longshore::rotator {
namespace {

using base::json_text;
using Action = PlanItem::Action;

std::string_view word(Action action) {
  switch (action) {
    case Action::rotate:
      return "rotate";
    case Action::wait:
      return "wait";
    case Action::compress:
      return "compress";
    case Action::expire:
      return "expire";
  }
  return "";
}

std::string when_text(base::Timestamp when, base::Timestamp now) {
  if (when <= now) return "now";
  return when == base::kNever ? "-" : base::format_rfc3339(when, 0);
}

PlanItem plan_log(const Seen& seen, const SeenLog& log, const Policy& policy, base::Timestamp now, const base::Zone& zone) {
  std::vector<ArchiveTime> times;
  for (const SeenArchive& archive : log.archives)
    times.push_back({archive.named ? std::optional(archive.made) : std::nullopt, archive.made});
  const base::Timestamp last =
      last_rotation({.state = {}, .archives = times, .born = log.born, .modified = log.modified}, now);
  const Decision decision =
      decide(triggers_of(policy), {.bytes = log.bytes, .modified = log.modified, .last_rotation = last}, now, zone);
  return {decision.rotate() ? Action::rotate : Action::wait, seen.folders[log.folder] + "/" + log.name,
          decision.rotate() ? now : decision.next, decision.why, log.bytes};
}

}  // namespace

std::vector<PlanItem> make_plan(const Seen& seen, const Rules& rules, base::Timestamp now, const base::Zone& zone) {
  std::map<std::pair<std::size_t, std::size_t>, ExpiryReason> expired;
  for (const PlannedExpiry& expiry : plan_expiries(seen, rules, [](const ArchivePlace&) { return false; }, now))
    expired[{expiry.place.log, expiry.place.archive}] = expiry.reason;
  std::vector<PlanItem> plan;
  for (std::size_t i = 0; i < seen.logs.size(); ++i) {
    const SeenLog& log = seen.logs[i];
    const Policy& policy = rules.blocks[log.rule].block.policy;
    if (log.exists) plan.push_back(plan_log(seen, log, policy, now, zone));
    const std::size_t compressed = log.archives.size() - (policy.delay_compress && !log.archives.empty() ? 1 : 0);
    for (std::size_t j = 0; j < log.archives.size(); ++j) {
      const SeenArchive& archive = log.archives[j];
      const std::string path = seen.folders[log.archive_folder] + "/" + archive.name;
      const auto max_age = retention_of(policy).max_age;
      if (const auto gone = expired.find({i, j}); gone != expired.end())
        plan.push_back({Action::expire, path, now, std::string(expiry_reason_text(gone->second)), archive.bytes});
      else if (policy.compress && !archive.compressed && j < compressed)
        plan.push_back({Action::compress, path, now, "it is not compressed yet", archive.bytes});
      else if (max_age.count() > 0)
        plan.push_back({Action::expire, path, archive.made + max_age, "will be older than `maxage`", archive.bytes});
    }
  }
  return plan;
}

std::string plan_text(const std::vector<PlanItem>& plan, const Seen& seen, base::Timestamp now) {
  std::string out = fmt::format("{:<9} {:<21} {:>9}  {}\n", "what", "when", "bytes", "file: why");
  std::uint64_t freed = 0;
  std::size_t rotated = 0, compressed = 0, expired = 0;
  for (const PlanItem& item : plan) {
    out += fmt::format("{:<9} {:<21} {:>9}  {}: {}\n", word(item.action), when_text(item.when, now),
                       base::format_bytes({item.bytes}), base::printable(item.path), base::printable(item.why));
    if (item.when > now) continue;
    rotated += item.action == Action::rotate ? 1 : 0;
    compressed += item.action == Action::compress ? 1 : 0;
    expired += item.action == Action::expire ? 1 : 0;
    if (item.action == Action::expire) freed += item.bytes;
  }
  for (const std::string& problem : seen.problems) out += "not looked after: " + base::printable(problem) + "\n";
  for (const SeenDisk& disk : seen.disks)
    if (disk.state.keep_free > 0)
      out += fmt::format("disk of {}: {} free, {} wanted\n", base::printable(disk.path),
                         base::format_bytes({disk.state.available}), base::format_bytes({disk.state.keep_free}));
  return out + fmt::format("now: {} to rotate, {} to compress, {} to expire, which frees {}\n", rotated, compressed, expired,
                           base::format_bytes({freed}));
}

std::string plan_json(const std::vector<PlanItem>& plan) {
  std::string out;
  for (const PlanItem& item : plan)
    out += fmt::format("{{\"what\":\"{}\",\"when\":{},\"file\":{},\"why\":{},\"bytes\":{}}}\n", word(item.action),
                       item.when == base::kNever ? "null" : json_text(base::format_rfc3339(item.when, 0)),
                       json_text(item.path), json_text(item.why), item.bytes);
  return out;
}

}  // namespace longshore::rotator
