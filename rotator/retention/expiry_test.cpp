#include "rotator/retention/expiry.hpp"

#include <gmock/gmock.h>

#include <random>

#include "rotator/retention/expiry_twin.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using base::Timestamp;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp kNow{1'800'000'000'000'000'000};

struct Disk {
  std::vector<RetentionRule> rules = {{}};
  std::vector<RetentionVolume> volumes = {{}};
  std::vector<RetentionDisk> disks = {{}};
  std::vector<RetentionLog> logs = {{}};
  std::vector<RetentionArchive> archives;
  std::optional<Timestamp> now = kNow;

  void add(std::size_t log, base::Duration age, std::uint64_t bytes) {
    archives.push_back({.log = log, .made = kNow - age, .sequence = 0, .bytes = bytes});
  }
  RetentionInput input() const { return {rules, volumes, disks, logs, archives, now}; }
  std::vector<Expiry> expiries() const { return find_expiries(input()); }
};

TEST(Expiry, TheOldestBeyondTheCountGoFirst) {
  Disk disk;
  disk.rules[0].keep = 2;
  disk.add(0, 1h, 1);
  disk.add(0, 4h, 1);
  disk.add(0, 3h, 1);
  disk.add(0, 2h, 1);
  EXPECT_THAT(disk.expiries(), ElementsAre(Expiry{1, ExpiryReason::count}, Expiry{2, ExpiryReason::count}));
  disk.rules[0].keep = 0;
  EXPECT_EQ(disk.expiries().size(), 4U);
}

TEST(Expiry, AgeIsByTheClockAndNothingIsTooOldWhileTheClockIsInDoubt) {
  Disk disk;
  disk.rules[0].max_age = 24h;
  disk.add(0, 24h, 1);
  disk.add(0, 24h + 1ns, 1);
  disk.add(0, -48h, 1);  // made in the future: the clock was set back
  EXPECT_THAT(disk.expiries(), ElementsAre(Expiry{1, ExpiryReason::age}));
  disk.now.reset();
  EXPECT_THAT(disk.expiries(), IsEmpty());
}

TEST(Expiry, BytesOfARuleTakeTheOldestOfAllItsLogsAndCountTheLiveFiles) {
  Disk disk;
  disk.logs = {{.rule = 0, .live = 50}, {.rule = 0, .live = 0}};
  disk.rules[0].max_total = 100;
  disk.add(0, 4h, 30);
  disk.add(1, 3h, 30);
  disk.add(0, 1h, 30);
  disk.add(1, 1h, 10);
  EXPECT_THAT(disk.expiries(), ElementsAre(Expiry{0, ExpiryReason::rule_bytes}, Expiry{1, ExpiryReason::rule_bytes}));
}

TEST(Expiry, SomebodyElsesFullDiskDoesNotTakeTheFloor) {
  Disk disk;
  disk.rules[0].keep_min = 2;
  disk.disks[0] = {.keep_free = 1'000'000, .available = 0};
  for (int i = 1; i <= 5; ++i) disk.add(0, i * 1h, 100);
  EXPECT_THAT(disk.expiries(), ElementsAre(Expiry{4, ExpiryReason::free_space}, Expiry{3, ExpiryReason::free_space},
                                           Expiry{2, ExpiryReason::free_space}));
}

TEST(Expiry, OnlyAsMuchIsTakenAsTheDiskNeedsAndWhatGoesAnywayIsReckonedIn) {
  Disk disk;
  disk.rules = {{.keep = {}, .max_age = 10h, .max_total = {}, .keep_min = 0},
                {.keep = {}, .max_age = 0h, .max_total = {}, .keep_min = 0}};
  disk.logs = {{.rule = 0}, {.rule = 1}};
  disk.disks[0] = {.keep_free = 100, .available = 10};
  disk.add(0, 20h, 50);
  disk.add(1, 19h, 40);
  disk.add(0, 1h, 40);
  EXPECT_THAT(disk.expiries(), ElementsAre(Expiry{0, ExpiryReason::age}, Expiry{1, ExpiryReason::free_space}));
}

TEST(Expiry, WhatIsBeingReadCountsAndStays) {
  Disk disk;
  disk.rules[0].keep = 1;
  disk.rules[0].keep_min = 0;
  disk.add(0, 2h, 10);
  disk.add(0, 1h, 10);
  disk.archives[0].busy = true;
  EXPECT_THAT(disk.expiries(), IsEmpty());
}

TEST(Expiry, ABlocksPolicyAsARule) {
  Policy policy;
  policy.rotate = -1;
  EXPECT_FALSE(retention_of(policy).keep);
  policy.rotate = 0;
  policy.max_age_days = 2;
  policy.max_total_size = 5;
  policy.keep_min = -1;
  const RetentionRule rule = retention_of(policy);
  EXPECT_EQ(rule.keep, 0U);
  EXPECT_EQ(rule.max_age, 48h);
  EXPECT_EQ(rule.max_total, 5U);
  EXPECT_EQ(rule.keep_min, 0U);
}

TEST(Expiry, EveryReasonHasItsWords) {
  for (auto reason : {ExpiryReason::count, ExpiryReason::age, ExpiryReason::rule_bytes, ExpiryReason::volume_bytes,
                      ExpiryReason::free_space})
    EXPECT_GT(expiry_reason_text(reason).size(), 10U);
}

// Random disks: the same archives go as the twin says, each once; afterwards nothing goes, and no limit is exceeded by
// anything but the floor, what is busy, and the live files.
TEST(Expiry, EqualsItsTwinOnRandomDisks) {
  std::mt19937_64 random(20261127);
  auto below = [&](std::uint64_t n) { return random() % n; };
  for (int round = 0; round < 3000; ++round) {
    Disk disk;
    disk.rules.clear();
    disk.volumes.clear();
    disk.disks.clear();
    disk.logs.clear();
    for (std::uint64_t i = 0, n = 1 + below(2); i < n; ++i)
      disk.disks.push_back({.keep_free = below(3) * 100, .available = below(200)});
    for (std::uint64_t i = 0, n = 1 + below(3); i < n; ++i) {
      RetentionRule rule{.keep = {}, .max_age = std::chrono::hours(below(3) * 10), .max_total = {}, .keep_min = below(4)};
      if (below(2) == 0) rule.keep = below(6);
      if (below(2) == 0) rule.max_total = below(300);
      disk.rules.push_back(rule);
    }
    for (std::uint64_t i = 0, n = 1 + below(2); i < n; ++i) {
      disk.volumes.emplace_back();
      if (below(2) == 0) disk.volumes.back().max_total = below(400);
    }
    for (std::uint64_t i = 0, n = 1 + below(4); i < n; ++i)
      disk.logs.push_back({below(disk.rules.size()), below(disk.volumes.size()), below(disk.disks.size()), below(60)});
    for (std::uint64_t i = 0, n = below(25); i < n; ++i)
      disk.archives.push_back({.log = below(disk.logs.size()),
                               .made = kNow - std::chrono::hours(below(30)),
                               .sequence = below(3),
                               .bytes = below(50),
                               .busy = below(10) == 0});
    if (below(8) == 0) disk.now.reset();

    std::set<std::size_t> gone;
    for (const Expiry& expiry : disk.expiries()) EXPECT_TRUE(gone.insert(expiry.archive).second);
    EXPECT_EQ(gone, ExpiryTwin(disk.input()).run()) << "round " << round;

    std::vector<RetentionArchive> left;
    for (std::size_t i = 0; i < disk.archives.size(); ++i) {
      if (gone.contains(i))
        disk.disks[disk.logs[disk.archives[i].log].disk].available += disk.archives[i].bytes;
      else
        left.push_back(disk.archives[i]);
    }
    disk.archives = left;
    EXPECT_THAT(disk.expiries(), IsEmpty()) << "round " << round;
    const ExpiryTwin twin(disk.input());
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (left[i].busy) continue;
      const RetentionLog& log = disk.logs[left[i].log];
      const RetentionRule& rule = disk.rules[log.rule];
      EXPECT_TRUE(!rule.keep || twin.newer(i) < *rule.keep);
      if (twin.newer(i) < rule.keep_min) continue;
      EXPECT_TRUE(!rule.max_total || twin.bytes(&RetentionLog::rule, log.rule) <= *rule.max_total);
      EXPECT_GE(twin.available(log.disk), disk.disks[log.disk].keep_free);
    }
  }
}

}  // namespace
}  // namespace longshore::rotator
