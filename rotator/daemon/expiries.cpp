#include "rotator/daemon/expiries.hpp"

#include <algorithm>

namespace longshore::rotator {

std::vector<PlannedExpiry> plan_expiries(const Seen& seen, const Rules& rules,
                                         const std::function<bool(const ArchivePlace&)>& busy,
                                         std::optional<base::Timestamp> now) {
  std::vector<RetentionRule> retention;
  for (const NamedBlock& block : rules.blocks) retention.push_back(retention_of(block.block.policy));
  std::vector<RetentionVolume> volumes(rules.volumes.size() + 1);
  for (std::size_t i = 0; i < rules.volumes.size(); ++i)
    if (rules.volumes[i].max_total_size.value > 0) volumes[i].max_total = rules.volumes[i].max_total_size.value;
  std::vector<RetentionDisk> disks;
  for (const SeenDisk& disk : seen.disks) disks.push_back(disk.state);
  std::vector<RetentionLog> logs;
  std::vector<RetentionArchive> archives;
  std::vector<ArchivePlace> places;
  for (std::size_t i = 0; i < seen.logs.size(); ++i) {
    const SeenLog& log = seen.logs[i];
    logs.push_back({log.rule, log.volume, log.disk, log.allocated});
    for (std::size_t j = 0; j < log.archives.size(); ++j) {
      const SeenArchive& archive = log.archives[j];
      places.push_back({i, j});
      archives.push_back({i, archive.made, archive.sequence, archive.bytes, busy(places.back())});
    }
  }
  std::vector<PlannedExpiry> planned;
  for (const Expiry& expiry : find_expiries({retention, volumes, disks, logs, archives, now}))
    planned.push_back({places[expiry.archive], expiry.reason});
  return planned;
}

base::Timestamp next_expiry_by_age(const Seen& seen, const Rules& rules) {
  base::Timestamp next = base::kNever;
  for (const SeenLog& log : seen.logs) {
    const base::Duration age = retention_of(rules.blocks[log.rule].block.policy).max_age;
    if (age.count() > 0 && !log.archives.empty())
      next = std::min(next, log.archives.front().made + age + std::chrono::milliseconds(1));
  }
  return next;
}

}  // namespace longshore::rotator
