// The machine or the process dies after every single file operation of a scripted run.
#include <gtest/gtest.h>

#include <cerrno>

#include "shipper/spool/spool_script_for_test.hpp"

namespace longshore::shipper {
namespace {

using test_support::FaultFileSystem;

constexpr int kRounds = 7;
constexpr std::uint64_t kAlways = ~std::uint64_t{0};

// Runs the script until operation `last` and no further.
Ledger run_until(FaultFileSystem& disk, Durability durability, std::uint64_t last) {
  Ledger ledger;
  disk.fail_from(last + 1, ENODEV, kAlways);
  if (const auto spool = Spool::open(script_options(durability), disk)) run_script(**spool, ledger, 0, kRounds, 0);
  return ledger;
}

std::uint64_t operations_of_the_script(Durability durability) {
  FaultFileSystem disk;
  run_until(disk, durability, kAlways - 1);
  return disk.operations();
}

// Lives on after the accident, and all of the second life is there at the end, too.
void expect_second_life(FaultFileSystem& disk, Durability durability, const Ledger& first) {
  Ledger second;
  {
    const auto spool = open_spool(disk, script_options(durability));
    second.seen_end = spool->stats().next_seq;
    ASSERT_GE(second.seen_end, first.seen_end);
    ASSERT_TRUE(run_script(*spool, second, 100, 3, 0));
    ASSERT_GE(second.appended.begin()->first, first.seen_end) << "a number that a sink has seen was given again";
  }
  disk.kill_process();
  const auto spool = open_spool(disk, script_options(durability));
  const std::vector<SeenEvent> seen = read_all(*spool, second.cursor.at("b"));
  for (const auto& [seq, text] : second.appended)
    if (seq >= second.cursor.at("b")) {
      ASSERT_TRUE(std::ranges::find(seen, SeenEvent{seq, text}) != seen.end()) << seq << ' ' << text;
    }
}

class PowerCut : public testing::TestWithParam<Durability> {};

TEST_P(PowerCut, WhatWasSyncedSurvivesAPowerCutAfterAnyOperation) {
  const bool durable = GetParam() != Durability::none;
  const std::uint64_t operations = operations_of_the_script(GetParam());
  ASSERT_GT(operations, 80U);
  for (std::uint64_t last = 0; last <= operations; ++last)
    for (const std::uint64_t seed : {std::uint64_t{0}, 2 * last + 1, 2 * last + 2}) {
      SCOPED_TRACE(fmt::format("power cut after operation {} of {}, seed {}", last, operations, seed));
      FaultFileSystem disk;
      Ledger ledger = run_until(disk, GetParam(), last);
      disk.cut_power(static_cast<std::uint32_t>(seed));
      {
        const auto spool = open_spool(disk, script_options(GetParam()));
        ASSERT_TRUE(spool);
        if (durable) {
          expect_kept(*spool, ledger, ledger.synced_end, ledger.synced_round);
        } else {  // all of it may be gone
          expect_kept(*spool, ledger, 1, -1);
          ledger.seen_end = 1;
        }
        if (HasFatalFailure()) return;
        // A checkpoint is never there without the events that it covers.
        const auto checkpoints = spool->checkpoints();
        if (durable && checkpoints.contains("file") && ledger.end_of_round.contains(std::stoi(checkpoints.at("file")))) {
          const std::uint64_t end = ledger.end_of_round.at(std::stoi(checkpoints.at("file")));
          expect_kept(*spool, ledger, end, -1);
          if (HasFatalFailure()) return;
        }
        if (durable && seed == 0) {
          EXPECT_EQ(spool->stats().lost_events, 0U);
        }
      }
      disk.kill_process();
      expect_second_life(disk, GetParam(), ledger);
      if (HasFatalFailure()) return;
    }
}

TEST_P(PowerCut, WhatWasAppendedSurvivesTheDeathOfTheProcessAfterAnyOperation) {
  const std::uint64_t operations = operations_of_the_script(GetParam());
  for (std::uint64_t last = 0; last <= operations; ++last) {
    SCOPED_TRACE(fmt::format("killed after operation {} of {}", last, operations));
    FaultFileSystem disk;
    const Ledger ledger = run_until(disk, GetParam(), last);
    disk.kill_process();
    const std::uint64_t end = ledger.appended.empty() ? 1 : ledger.appended.rbegin()->first + 1;
    {
      const auto spool = open_spool(disk, script_options(GetParam()));
      ASSERT_TRUE(spool);
      expect_kept(*spool, ledger, end, ledger.end_of_round.empty() ? -1 : ledger.end_of_round.rbegin()->first);
      if (HasFatalFailure()) return;
      EXPECT_EQ(spool->stats().lost_events, 0U);
      EXPECT_EQ(spool->stats().corrupt_blocks, 0U);
    }
    disk.kill_process();
    expect_second_life(disk, GetParam(), ledger);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(EachDurability, PowerCut, testing::Values(Durability::batch, Durability::always, Durability::none),
                         [](const auto& value) {
                           return value.param == Durability::batch    ? "Batch"
                                  : value.param == Durability::always ? "Always"
                                                                      : "None";
                         });

// A power cut while the spool is being opened after a power cut.
TEST(PowerCutTwice, RecoveryItselfMayBeCutAfterAnyOperation) {
  for (const std::uint32_t seed : {1U, 2U, 3U}) {
    for (std::uint64_t later = 0; later < 40; ++later) {
      SCOPED_TRACE(fmt::format("seed {}, second cut {} operations into recovery", seed, later));
      FaultFileSystem disk;
      const Ledger ledger = run_until(disk, Durability::batch, operations_of_the_script(Durability::batch) / 2);
      disk.cut_power(seed);
      disk.fail_from(disk.operations() + 1 + later, ENODEV, kAlways);
      (void)Spool::open(script_options(Durability::batch), disk);
      disk.cut_power(seed + 1);
      const auto spool = open_spool(disk, script_options(Durability::batch));
      ASSERT_TRUE(spool);
      expect_kept(*spool, ledger, ledger.synced_end, ledger.synced_round);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace longshore::shipper
