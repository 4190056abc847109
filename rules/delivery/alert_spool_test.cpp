#include "rules/delivery/alert_spool.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fault_file_system.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertChange::Kind;
using Numbers = std::vector<std::uint64_t>;
const std::set<std::string> kSinks = {"pager", "file"};

AlertSpool open(base::FileSystem& files) { return AlertSpool::open(files, "alerts", kSinks).value(); }

// The number; 0 if there is no room.
base::Result<std::uint64_t> append(AlertSpool& spool, Kind kind, std::string text) {
  const std::vector<AlertSpool::Line> lines{{kind, std::move(text)}};
  TRY(numbers, spool.save(lines, {}));
  return numbers.at(0);
}

bool settle(AlertSpool& spool, const std::string& sink, const Numbers& numbers) {
  std::vector<AlertSpool::Settled> settled;
  for (const std::uint64_t number : numbers) settled.push_back({sink, number});
  return spool.save({}, settled).has_value();
}

TEST(AlertSpool, AChangeWaitsUntilEverySinkHasSettledIt) {
  test_support::FaultFileSystem files;
  AlertSpool spool = open(files);
  const std::uint64_t one = append(spool, Kind::open, "one").value(), two = append(spool, Kind::close, "two").value();
  EXPECT_LT(one, two);
  EXPECT_TRUE(settle(spool, "pager", Numbers{one, two}));
  EXPECT_TRUE(settle(spool, "file", Numbers{one}));
  files.cut_power(0);
  AlertSpool again = open(files);
  ASSERT_EQ(again.waiting().size(), 1u);
  EXPECT_EQ(again.waiting().at(two).line, "two");
  EXPECT_EQ(again.waiting().at(two).pending, std::set<std::string>{"file"});
  EXPECT_TRUE(settle(again, "file", Numbers{two}));
  AlertSpool third = open(files);
  EXPECT_GT(append(third, Kind::open, "three").value(), two) << "numbers are never used twice";
}

TEST(AlertSpool, ATornTailIsCutAndCounted) {
  test_support::FaultFileSystem files;
  for (const char* line : {"one", "two"}) {
    AlertSpool spool = open(files);
    ASSERT_TRUE(append(spool, Kind::open, line));
  }
  const std::string bytes = files.content("alerts/alerts.journal");
  files.set_content("alerts/alerts.journal", bytes.substr(0, bytes.size() - 1));
  AlertSpool spool = open(files);
  EXPECT_EQ(spool.waiting().size(), 1u);
  EXPECT_EQ(spool.counts().cut, 12u + 9u + 3u - 1u);
}

TEST(AlertSpool, ADamagedRecordIsSkippedAndCounted) {
  test_support::FaultFileSystem files;
  {
    AlertSpool spool = open(files);
    for (const char* line : {"one", "two", "three"}) ASSERT_TRUE(append(spool, Kind::open, line));
  }
  std::string bytes = files.content("alerts/alerts.journal");
  bytes[bytes.find("two")] = 'T';
  files.set_content("alerts/alerts.journal", bytes);
  AlertSpool spool = open(files);
  EXPECT_EQ(spool.waiting().size(), 2u);
  EXPECT_EQ(spool.counts().damaged, 1u);
  EXPECT_EQ(spool.counts().cut, 0u);
}

TEST(AlertSpool, RepeatsGiveWayFirstAndNothingIsRefusedSilently) {
  test_support::FaultFileSystem files;
  AlertSpool spool = AlertSpool::open(files, "alerts", kSinks, {100}).value();
  const std::string line(20, 'x');
  EXPECT_NE(append(spool, Kind::repeat, line), 0U);
  EXPECT_NE(append(spool, Kind::repeat, line), 0U);
  EXPECT_EQ(append(spool, Kind::repeat, line), 0U);
  EXPECT_NE(append(spool, Kind::note, line), 0U);
  EXPECT_EQ(append(spool, Kind::note, line), 0U);
  EXPECT_NE(append(spool, Kind::open, line), 0U);
  EXPECT_NE(append(spool, Kind::close, line), 0U);
  EXPECT_EQ(append(spool, Kind::open, line), 0U);
  EXPECT_EQ(spool.counts().no_room, 3u);
}

TEST(AlertSpool, ManyLinesAndSettlementsCostOneSync) {
  test_support::FaultFileSystem files;
  AlertSpool spool = open(files);
  const std::uint64_t old = append(spool, Kind::open, "old").value();
  const std::uint64_t before = files.operations();
  const std::vector<AlertSpool::Line> lines{{Kind::open, "a"}, {Kind::close, "b"}};
  const std::vector<AlertSpool::Settled> settled{{"pager", old}, {"file", old}};
  EXPECT_EQ(spool.save(lines, settled).value().size(), 2U);
  EXPECT_EQ(files.operations() - before, 2U) << "write and sync";
  EXPECT_EQ(open(files).waiting().size(), 2U);
}

TEST(AlertSpool, TheFileIsWrittenAnewBeforeItGrowsWithoutBound) {
  test_support::FaultFileSystem files;
  AlertSpool spool = open(files);
  const std::string line(100'000, 'x');
  for (int i = 0; i < 50; ++i) {
    const std::uint64_t number = append(spool, Kind::open, line).value();
    for (const std::string& sink : kSinks) ASSERT_TRUE(settle(spool, sink, Numbers{number}));
  }
  EXPECT_LT(files.content("alerts/alerts.journal").size(), 400'000u);
}

// At every operation the machine dies, or the disk fails once; what append and settle have promised holds afterwards.
struct Promise {
  std::map<std::uint64_t, std::string> appended;
  std::set<std::uint64_t> settled, perhaps_settled;
};

void work(base::FileSystem& files, Promise& promise) {
  auto spool = AlertSpool::open(files, "alerts", {"pager"});
  if (!spool) return;
  for (int i = 0; i < 6; ++i) {
    const std::string line = "line " + std::to_string(i) + std::string(30'000, 'x');  // so that it is written anew
    const auto number = append(*spool, i % 2 == 0 ? Kind::open : Kind::close, line);
    if (!number) continue;
    promise.appended[*number] = line;
    if (i % 3 == 2) continue;
    const bool settled = settle(*spool, "pager", Numbers{*number});
    (settled ? promise.settled : promise.perhaps_settled).insert(*number);
  }
}

void check(base::FileSystem& files, const Promise& promise) {
  const auto spool = AlertSpool::open(files, "alerts", {"pager"});
  ASSERT_TRUE(spool) << spool.error().message;
  for (const auto& [number, line] : promise.appended) {
    if (promise.perhaps_settled.contains(number)) continue;  // its answer was lost: either is right
    const auto found = spool->waiting().find(number);
    ASSERT_EQ(found == spool->waiting().end(), promise.settled.contains(number)) << number;
    if (found != spool->waiting().end()) {
      EXPECT_EQ(found->second.line, line) << number;
    }
  }
}

TEST(AlertSpool, KeepsItsPromisesWhenThePowerGoesAtAnyOperation) {
  std::uint64_t operations = 0;
  {
    test_support::FaultFileSystem files;
    Promise promise;
    work(files, promise);
    operations = files.operations();
    ASSERT_EQ(promise.appended.size(), 6u);
  }
  for (std::uint64_t at = 1; at <= operations; ++at) {
    for (const std::uint32_t seed : {0u, 1u, 2u}) {
      test_support::FaultFileSystem files;
      Promise promise;
      files.fail_from(at, ENODEV, ~std::uint64_t{0} - at);
      work(files, promise);
      files.cut_power(seed);
      SCOPED_TRACE(at);
      check(files, promise);
    }
  }
}

TEST(AlertSpool, KeepsItsPromisesWhenTheDiskFailsAtAnyOperation) {
  for (std::uint64_t at = 1; at <= 40; ++at) {
    test_support::FaultFileSystem files;
    Promise promise;
    files.fail_from(at, EIO);
    work(files, promise);
    files.cut_power(0);
    SCOPED_TRACE(at);
    check(files, promise);
  }
}

}  // namespace
}  // namespace longshore::rules
