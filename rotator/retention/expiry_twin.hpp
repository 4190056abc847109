// find_expiries, slow and simple: looks for the one archive that has to go next until there is none. For the property test.
#pragma once

#include <algorithm>
#include <set>
#include <tuple>

#include "rotator/retention/expiry.hpp"

namespace longshore::rotator {

class ExpiryTwin {
 public:
  explicit ExpiryTwin(const RetentionInput& input) : in_(input) {}

  std::set<std::size_t> run() {
    for (auto reason : {ExpiryReason::count, ExpiryReason::age, ExpiryReason::rule_bytes, ExpiryReason::volume_bytes,
                        ExpiryReason::free_space})
      while (remove_one(reason)) {
      }
    return gone_;
  }

  // Archives of the same log that are newer, whether they are gone or not.
  std::uint64_t newer(std::size_t archive) const {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < in_.archives.size(); ++i)
      if (in_.archives[i].log == in_.archives[archive].log && age_key(i) > age_key(archive)) ++count;
    return count;
  }
  std::uint64_t bytes(std::size_t RetentionLog::* group, std::size_t which) const {
    std::uint64_t sum = 0;
    for (const RetentionLog& log : in_.logs)
      if (log.*group == which) sum += log.live;
    for (std::size_t i = 0; i < in_.archives.size(); ++i)
      if (!gone_.contains(i) && log_of(i).*group == which) sum += in_.archives[i].bytes;
    return sum;
  }
  std::uint64_t available(std::size_t disk) const {
    std::uint64_t sum = in_.disks[disk].available;
    for (const std::size_t i : gone_)
      if (log_of(i).disk == disk) sum += in_.archives[i].bytes;
    return sum;
  }

 private:
  std::tuple<base::Timestamp, std::uint64_t, std::size_t> age_key(std::size_t i) const {
    return {in_.archives[i].made, in_.archives[i].sequence, i};
  }
  const RetentionLog& log_of(std::size_t i) const { return in_.logs[in_.archives[i].log]; }

  bool has_to_go(std::size_t i, ExpiryReason reason) const {
    const RetentionLog& log = log_of(i);
    const RetentionRule& rule = in_.rules[log.rule];
    const RetentionVolume& volume = in_.volumes[log.volume];
    if (gone_.contains(i) || in_.archives[i].busy) return false;
    if (reason == ExpiryReason::count) return rule.keep && newer(i) >= *rule.keep;
    if (reason == ExpiryReason::age)
      return rule.max_age.count() > 0 && in_.now && *in_.now - in_.archives[i].made > rule.max_age;
    if (newer(i) < rule.keep_min) return false;
    if (reason == ExpiryReason::rule_bytes) return rule.max_total && bytes(&RetentionLog::rule, log.rule) > *rule.max_total;
    if (reason == ExpiryReason::volume_bytes)
      return volume.max_total && bytes(&RetentionLog::volume, log.volume) > *volume.max_total;
    return available(log.disk) < in_.disks[log.disk].keep_free;
  }
  bool remove_one(ExpiryReason reason) {
    std::optional<std::size_t> oldest;
    for (std::size_t i = 0; i < in_.archives.size(); ++i)
      if (has_to_go(i, reason) && (!oldest || age_key(i) < age_key(*oldest))) oldest = i;
    if (oldest) gone_.insert(*oldest);
    return oldest.has_value();
  }

  RetentionInput in_;
  std::set<std::size_t> gone_;
};

}  // namespace longshore::rotator
