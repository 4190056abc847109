#include "rotator/commands/search_commands.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rotator/archive/archive_for_test.hpp"

namespace longshore::rotator {
namespace {

class SearchCommands : public ::testing::Test {
 protected:
  // Runs one of them with its output in files.
  template <class Command>
  int run(const Command& command) {
    const auto out = open_test_file(folder_ / ".out"), err = open_test_file(folder_ / ".err");
    EXPECT_EQ(::ftruncate(out.get(), 0) + ::ftruncate(err.get(), 0), 0);
    const int code = command(Output{out.get(), err.get()});
    printed_ = read_test_file(folder_ / ".out");
    told_ = read_test_file(folder_ / ".err");
    return code;
  }
  int run_grep(GrepOptions options) {
    return run([&](Output output) { return grep(options, kTestNow, output); });
  }
  int run_cat(CatOptions options) {
    return run([&](Output output) { return cat(options, kTestNow, output); });
  }
  int run_verify(VerifyOptions options) {
    return run([&](Output output) { return verify(options, output); });
  }

  TemporaryFolder folder_;
  std::string printed_, told_;
};

TEST_F(SearchCommands, GrepReturnsWhatGrepReturns) {
  write_test_file(folder_ / "log", "one\ntwo\n");
  EXPECT_EQ(run_grep({.pattern = "tw", .paths = {folder_ / "log"}}), 0);
  EXPECT_EQ(printed_, "two\n");
  EXPECT_EQ(run_grep({.pattern = "tw", .with_filename = true, .paths = {folder_ / "log"}}), 0);
  EXPECT_EQ(printed_, folder_ / "log" + ":two\n");
  EXPECT_EQ(run_grep({.pattern = "three", .paths = {folder_ / "log"}}), 1);
  EXPECT_EQ(printed_ + told_, "");
  EXPECT_EQ(run_grep({.pattern = "two", .paths = {folder_ / "log", folder_ / "absent"}}), 2);
  EXPECT_EQ(printed_, folder_ / "log" + ":two\n");
  EXPECT_NE(told_.find("absent: No such file"), std::string::npos);
  EXPECT_EQ(run_grep({.pattern = "two", .quiet = true, .threads = 1, .paths = {folder_ / "absent", folder_ / "log"}}), 0);
  EXPECT_EQ(printed_, "");
  EXPECT_EQ(run_grep({.pattern = "a(", .paths = {folder_ / "log"}}), 2);
  EXPECT_NE(told_.find("a("), std::string::npos);
  EXPECT_EQ(run_grep({.pattern = "one", .max_count = 0, .paths = {folder_ / "log"}}), 1);
  EXPECT_EQ(run_grep({.pattern = "one", .times = {.since = "tomorrow", .until = ""}, .paths = {folder_ / "log"}}), 2);
  EXPECT_NE(told_.find("tomorrow"), std::string::npos);
  ASSERT_EQ(run_command("mkdir " + folder_.path() + "/logs && cp " + folder_.path() + "/log " + folder_.path() + "/logs")
                .exit_code,
            0);
  EXPECT_EQ(run_grep({.pattern = "two", .paths = {folder_ / "logs"}}), 0);
  EXPECT_EQ(printed_, folder_ / "logs/log" + ":two\n");
  EXPECT_EQ(run_grep({.pattern = "two", .count = true, .no_filename = true, .paths = {folder_ / "logs"}}), 0);
  EXPECT_EQ(printed_, "1\n");
}

TEST_F(SearchCommands, CatPrintsEveryByte) {
  const std::string log = test_log(3 << 20) + "no end";
  for (const Codec codec : {Codec::zstd, Codec::gzip, Codec::none}) {
    write_test_archive(folder_ / "log", log, codec);
    EXPECT_EQ(run_cat({.threads = 3, .paths = {folder_ / "log"}}), 0);
    EXPECT_TRUE(printed_ == log);
    std::filesystem::remove(folder_ / "log");
  }
  EXPECT_EQ(run_cat({.paths = {folder_ / "log"}}), 1);
  EXPECT_EQ(run_cat({.times = {.since = "", .until = "never"}, .paths = {}}), 2);
}

TEST_F(SearchCommands, CatSinceReadsNoFrameThatIsOlder) {
  const std::string log = test_log(4 << 20);
  const Index index = write_test_archive(folder_ / "log.zst", log, Codec::zstd);
  ASSERT_EQ(index.frames.size(), 5U);
  const auto& last = index.frames.back();
  // All frames but the last are destroyed: who reads them fails.
  const auto file = open_test_file(folder_ / "log.zst");
  const std::string zeros(last.offset, '\0');
  ASSERT_EQ(::pwrite(file.get(), zeros.data() + 4, zeros.size() - 4, 4), static_cast<ssize_t>(zeros.size() - 4));
  const std::string since = "@" + std::to_string(std::max(index.frames[3].times.latest + 1, last.times.earliest));
  EXPECT_EQ(run_cat({.times = {.since = since, .until = ""}, .paths = {folder_ / "log.zst"}}), 0);
  EXPECT_TRUE(!printed_.empty() && log.ends_with(printed_));
  EXPECT_EQ(run_cat({.paths = {folder_ / "log.zst"}}), 1);
  EXPECT_TRUE(printed_ == log.substr(last.text_offset));
}

TEST_F(SearchCommands, VerifyTellsWhatIsDamagedAndWhere) {
  const std::string log = test_log(3 << 20);
  const Index index = write_test_archive(folder_ / "a.zst", log, Codec::zstd);
  write_test_archive(folder_ / "b.gz", log, Codec::gzip);
  ASSERT_EQ(run_command("cd " + folder_.path() + " && rm *.source && echo x >plain && gzip -c plain >c.gz && zstd -q plain")
                .exit_code,
            0);
  EXPECT_EQ(run_verify({.paths = {folder_ / "a.zst", folder_ / "b.gz", folder_ / "plain", folder_ / "c.gz",
                                  folder_ / "plain.zst"}}),
            0);
  EXPECT_EQ(std::ranges::count(printed_, '\n'), 5);
  EXPECT_NE(printed_.find("a.zst: good, 4 frames"), std::string::npos) << printed_;
  EXPECT_EQ(run_verify({.quiet = true, .paths = {folder_.path()}}), 0);
  EXPECT_EQ(printed_, "");

  std::string bytes = read_test_file(folder_ / "a.zst");
  bytes[index.frames[1].offset + 1000] ^= 1;
  bytes[index.frames[2].offset + 1000] ^= 1;
  write_test_file(folder_ / "a.zst", bytes);
  EXPECT_EQ(run_verify({.quiet = true, .paths = {folder_.path()}}), 1);
  EXPECT_EQ(std::ranges::count(printed_, '\n'), 2) << printed_;
  EXPECT_NE(printed_.find("a.zst: DAMAGED at byte " + std::to_string(index.frames[1].offset)), std::string::npos)
      << printed_;

  bytes = read_test_file(folder_ / "c.gz");
  write_test_file(folder_ / "c.gz", bytes.substr(0, bytes.size() - 3));
  EXPECT_EQ(run_verify({.paths = {folder_ / "c.gz"}}), 1);
  EXPECT_NE(printed_.find("DAMAGED at byte " + std::to_string(bytes.size() - 3)), std::string::npos) << printed_;
  EXPECT_EQ(run_verify({.paths = {folder_ / "absent"}}), 2);
}

}  // namespace
}  // namespace longshore::rotator
