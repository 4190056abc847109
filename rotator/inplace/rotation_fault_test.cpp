// The process is killed, the power cut, the disk full or broken at each single operation of each way to rotate; the next
// rotation completes or undoes, and every line is in the archives or the log exactly once.
#include <gtest/gtest.h>
#include <sys/xattr.h>

#include <cerrno>

#include "rotator/inplace/fault_disk_for_test.hpp"
#include "rotator/inplace/log_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

struct Way {
  const char* name;
  InPlaceMode mode;
  bool punch = true, exchange = true, collapse = true, nobody_else = false, full = false;
  bool loses_unsynced = false;  // what the log's writer wrote last may go with the power, and only then
  Codec codec = Codec::none;
};

const Way kWays[] = {
    {.name = "lease", .mode = InPlaceMode::automatic, .nobody_else = true},
    {.name = "lease_without_punch", .mode = InPlaceMode::automatic, .punch = false, .nobody_else = true},
    {.name = "exchange", .mode = InPlaceMode::exchange},
    {.name = "exchange_that_fails", .mode = InPlaceMode::exchange, .exchange = false},
    {.name = "collapse", .mode = InPlaceMode::collapse},
    {.name = "collapse_that_fails", .mode = InPlaceMode::collapse, .collapse = false},
    {.name = "punch", .mode = InPlaceMode::punch},
    {.name = "punch_zstd", .mode = InPlaceMode::punch, .codec = Codec::zstd},
    {.name = "pause", .mode = InPlaceMode::pause},
    {.name = "pause_without_punch", .mode = InPlaceMode::pause, .punch = false},
    {.name = "truncate", .mode = InPlaceMode::truncate, .loses_unsynced = true},
    {.name = "truncate_without_punch", .mode = InPlaceMode::truncate, .punch = false, .loses_unsynced = true},
    {.name = "full_disk_punch", .mode = InPlaceMode::punch, .full = true, .codec = Codec::zstd},
    {.name = "full_disk_collapse", .mode = InPlaceMode::collapse, .full = true, .codec = Codec::gzip},
};

class Faults : public ::testing::TestWithParam<Way> {
 protected:
  void set_up(FaultDisk& disk) const {
    const Way& way = GetParam();
    disk.has_punch = way.punch;
    disk.has_exchange = way.exchange;
    disk.has_collapse = way.collapse;
    disk.nobody_else = way.nobody_else;
    disk.is_full = way.full;
  }
  InPlaceRequest request(TestLog& log, int archive) const { return log.request(GetParam().mode, archive, GetParam().codec); }

  static constexpr int kFirst = 130, kThen = 140, kMany = 10'700;  // lines of 100 bytes; many: more than one frame

  // One life of a log: an ordinary rotation, more lines, then one with `fault`; a writer appends between all operations
  // where it can. `after` sees the broken state. Then one that is killed in turn, if so wished, and ordinary ones. Returns
  // whether the fault came to pass.
  bool life(const std::function<void(FaultDisk&)>& fault, const std::function<void(FaultDisk&)>& after,
            std::uint64_t kill_completion_before) {
    const Way& way = GetParam();
    TemporaryFolder folder;
    std::filesystem::create_directory(folder / "log");
    TestLog log(folder / "log");
    log.append(kFirst);
    {
      FaultDisk disk(folder / "log");
      set_up(disk);
      EXPECT_TRUE(rotate_in_place(request(log, 1), disk));
    }
    log.append(way.full ? kMany : kThen);
    const int certain = log.lines();
    bool frozen = way.nobody_else;  // a writer that is stopped, or none
    bool happened = false;
    {
      FaultDisk disk(folder / "log");
      set_up(disk);
      InPlaceRequest faulty = request(log, 2);
      // Truncation loses what is written in its last moment: its writer writes only before.
      if (way.mode == InPlaceMode::truncate) frozen = true;
      disk.between = [&] {
        if (!frozen) log.append(1);
      };
      faulty.freeze = [&] {
        frozen = true;
        return base::Result<void>();
      };
      faulty.thaw = [&] {
        frozen = false;
        return base::Result<void>();
      };
      fault(disk);
      try {
        happened = !rotate_in_place(faulty, disk);
      } catch (const Killed&) {
        happened = true;
      }
      happened |= disk.fail_from != 0 && disk.operations() >= disk.fail_from;
      if (happened && after) after(disk);
    }
    log.append(3);
    try {
      FaultDisk disk(folder / "log");
      set_up(disk);
      disk.kill_before = kill_completion_before;
      if (kill_completion_before != 0) (void)rotate_in_place(request(log, 6), disk);
    } catch (const Killed&) {
    }
    for (int archive = 3; archive <= 5; ++archive) {
      FaultDisk disk(folder / "log");
      set_up(disk);
      const auto again = rotate_in_place(request(log, archive), disk);
      EXPECT_TRUE(again) << again.error().message;
      EXPECT_TRUE(log.each_line_once(certain)) << way.name << " after the rotation to archive " << archive;
      log.append(1);
    }
    for (const char* left : {".app.log.unfinished", "app.log.rotating"})
      EXPECT_FALSE(std::filesystem::exists((folder / "log/") + left)) << left;
    const bool has_attributes = ::fsetxattr(log.live(), "user.of_the_test", "", 0, 0) == 0;
    EXPECT_TRUE(!has_attributes || !std::filesystem::exists(folder / "log/.app.log.rotation"));
    return happened;
  }

  void at_every_operation(const std::function<void(FaultDisk&, std::uint64_t)>& fault,
                          const std::function<void(FaultDisk&)>& after = {}, std::uint64_t kill_completion = 0) {
    std::uint64_t operation = 1;
    const auto again = [&] { return kill_completion == 0 ? 0 : 1 + operation * kill_completion % 13; };
    while (life([&](FaultDisk& disk) { fault(disk, operation); }, after, again())) {
      if (HasFailure()) FAIL() << "with the fault at operation " << operation;
      ++operation;
    }
    EXPECT_GT(operation, 8U) << "there are more operations than that";
  }
};

TEST_P(Faults, KilledBeforeEachOperation) {
  at_every_operation([](FaultDisk& disk, std::uint64_t operation) { disk.kill_before = operation; });
}

TEST_P(Faults, KilledAndAgainWhileThatIsCompleted) {
  for (const std::uint64_t step : {5U, 7U})
    at_every_operation([](FaultDisk& disk, std::uint64_t operation) { disk.kill_before = operation; }, {}, step);
}

TEST_P(Faults, PowerCutBeforeEachOperationAndNothingUnsyncedStays) {
  at_every_operation([](FaultDisk& disk, std::uint64_t operation) { disk.kill_before = operation; },
                     [](FaultDisk& disk) { disk.cut_power(0); });
}

TEST_P(Faults, PowerCutBeforeEachOperationAndAnyOfTheUnsyncedStays) {
  for (std::uint32_t seed = 1; seed <= 2; ++seed)
    at_every_operation([](FaultDisk& disk, std::uint64_t operation) { disk.kill_before = operation; },
                       [seed](FaultDisk& disk) { disk.cut_power(seed); });
}

TEST_P(Faults, DiskFullAtOneOperation) {
  at_every_operation([](FaultDisk& disk, std::uint64_t operation) {
    disk.fail_from = operation;
    disk.fail_count = 1;
    disk.fail_with = ENOSPC;
  });
}

TEST_P(Faults, DiskBrokenFromOneOperationOn) {
  at_every_operation([](FaultDisk& disk, std::uint64_t operation) {
    disk.fail_from = operation;
    disk.fail_count = ~0ULL >> 1;
    disk.fail_with = EIO;
  });
}

// Of a full disk the archive is proven, and its bytes leave the log, frame by frame.
TEST(FullDisk, AnArchiveThatWasCompletedHasItsIndex) {
  for (const Codec codec : {Codec::zstd, Codec::gzip}) {
    int completed = 0;
    bool killed = true;
    for (std::uint64_t operation = 1; killed; ++operation) {
      TemporaryFolder folder;
      TestLog log(folder.path());
      log.append(25'000);
      killed = false;
      try {
        FaultDisk disk(folder.path());
        disk.is_full = true;
        disk.kill_before = operation;
        ASSERT_TRUE(rotate_in_place(log.request(InPlaceMode::punch, 1, codec), disk));
      } catch (const Killed&) {
        killed = true;
      }
      const auto report = complete_interrupted(log.request(InPlaceMode::punch));
      ASSERT_TRUE(report) << report.error().message;
      const std::string path = folder / "app.log-0001";
      if (!std::filesystem::exists(path)) continue;
      completed += report->completed_earlier ? 1 : 0;
      const base::UniqueFd archive(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
      const auto facts = look_at_archive(archive.get());
      ASSERT_TRUE(facts && facts->index) << "killed before operation " << operation;
      EXPECT_TRUE(log.each_line_once(25'000));
    }
    EXPECT_GT(completed, 10);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Faults, ::testing::ValuesIn(kWays),
                         [](const auto& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace longshore::rotator
