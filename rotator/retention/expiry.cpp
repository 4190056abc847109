#include "rotator/retention/expiry.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace longshore::rotator {
namespace {

class Expiration {
 public:
  explicit Expiration(const RetentionInput& input)
      : in_(input), gone_(input.archives.size()), floor_(input.archives.size()) {
    oldest_first_.resize(in_.archives.size());
    std::iota(oldest_first_.begin(), oldest_first_.end(), std::size_t{0});
    std::ranges::sort(oldest_first_, {},
                      [&](std::size_t i) { return std::tuple(in_.archives[i].made, in_.archives[i].sequence, i); });
  }

  std::vector<Expiry> run() {
    by_count_and_age();
    by_bytes(
        ExpiryReason::rule_bytes, in_.rules.size(), [&](const RetentionLog& log) { return log.rule; },
        [&](std::size_t rule) { return in_.rules[rule].max_total; });
    by_bytes(
        ExpiryReason::volume_bytes, in_.volumes.size(), [&](const RetentionLog& log) { return log.volume; },
        [&](std::size_t volume) { return in_.volumes[volume].max_total; });
    by_free_space();
    return std::move(expiries_);
  }

 private:
  const RetentionLog& log_of(std::size_t archive) const { return in_.logs[in_.archives[archive].log]; }
  void expire(std::size_t archive, ExpiryReason reason) {
    gone_[archive] = true;
    expiries_.push_back({archive, reason});
  }
  bool may_go(std::size_t archive) const { return !gone_[archive] && !floor_[archive] && !in_.archives[archive].busy; }

  void by_count_and_age() {
    std::vector<std::uint64_t> newer(in_.logs.size());  // archives of the log that were passed on the way from the newest
    std::vector<Expiry> newest_first;
    for (std::size_t n = oldest_first_.size(); n-- > 0;) {
      const std::size_t i = oldest_first_[n];
      const RetentionArchive& archive = in_.archives[i];
      const RetentionRule& rule = in_.rules[log_of(i).rule];
      const std::uint64_t rank = newer[archive.log]++;
      floor_[i] = rank < rule.keep_min;
      if (archive.busy) continue;
      const bool old = rule.max_age.count() > 0 && in_.now && *in_.now - archive.made > rule.max_age;
      if (rule.keep && rank >= *rule.keep)
        newest_first.push_back({i, ExpiryReason::count});
      else if (old)
        newest_first.push_back({i, ExpiryReason::age});
    }
    for (std::size_t n = newest_first.size(); n-- > 0;) expire(newest_first[n].archive, newest_first[n].reason);
  }

  template <class GroupOf, class LimitOf>
  void by_bytes(ExpiryReason reason, std::size_t groups, GroupOf group_of, LimitOf limit_of) {
    std::vector<std::uint64_t> used(groups);
    for (const RetentionLog& log : in_.logs) used[group_of(log)] += log.live;
    for (std::size_t i = 0; i < in_.archives.size(); ++i)
      if (!gone_[i]) used[group_of(log_of(i))] += in_.archives[i].bytes;
    for (const std::size_t i : oldest_first_) {
      const std::size_t group = group_of(log_of(i));
      const std::optional<std::uint64_t> limit = limit_of(group);
      if (!limit || used[group] <= *limit || !may_go(i)) continue;
      used[group] -= in_.archives[i].bytes;
      expire(i, reason);
    }
  }

  void by_free_space() {
    std::vector<std::uint64_t> available;
    for (const RetentionDisk& disk : in_.disks) available.push_back(disk.available);
    for (const Expiry& expiry : expiries_) available[log_of(expiry.archive).disk] += in_.archives[expiry.archive].bytes;
    for (const std::size_t i : oldest_first_) {
      const std::size_t disk = log_of(i).disk;
      if (available[disk] >= in_.disks[disk].keep_free || !may_go(i)) continue;
      available[disk] += in_.archives[i].bytes;
      expire(i, ExpiryReason::free_space);
    }
  }

  const RetentionInput& in_;
  std::vector<std::size_t> oldest_first_;
  std::vector<bool> gone_, floor_;
  std::vector<Expiry> expiries_;
};

}  // namespace

RetentionRule retention_of(const Policy& policy) {
  RetentionRule rule{.keep = {},
                     .max_age = std::chrono::hours(24) * policy.max_age_days,
                     .max_total = policy.max_total_size,
                     .keep_min = static_cast<std::uint64_t>(std::max(policy.keep_min, 0))};
  if (policy.rotate >= 0) rule.keep = static_cast<std::uint64_t>(policy.rotate);
  return rule;
}

std::string_view expiry_reason_text(ExpiryReason reason) {
  switch (reason) {
    case ExpiryReason::count:
      return "more archives than `rotate` allows";
    case ExpiryReason::age:
      return "older than `maxage`";
    case ExpiryReason::rule_bytes:
      return "the rule has more than `maxtotalsize`";
    case ExpiryReason::volume_bytes:
      return "the volume has more than `maxtotalsize` of logs";
    case ExpiryReason::free_space:
      return "the disk has less free than `keepfree`";
  }
  return "";
}

std::vector<Expiry> find_expiries(const RetentionInput& input) { return Expiration(input).run(); }

}  // namespace longshore::rotator
