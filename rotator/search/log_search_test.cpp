#include "rotator/search/log_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "rotator/archive/archive_for_test.hpp"
#include "rotator/archive/archive_writer.hpp"

namespace longshore::rotator {
namespace {

struct Printed {
  std::string output;
  int exit_code = 0;
  std::string problems;
};

Printed search(const SearchRequest& request, const std::vector<std::string>& paths) {
  Printed printed;
  TemporaryFolder folder;
  const auto out = open_test_file(folder / "out");
  const auto files = find_log_files(paths, [&](const base::Error& error) { printed.problems += error.message + "\n"; });
  const auto result =
      search_logs(request, files, out.get(), [&](const std::string& what) { printed.problems += what + "\n"; });
  EXPECT_TRUE(result.has_value()) << result.error().message;
  printed.output = read_test_file(folder / "out");
  printed.exit_code = result->failed ? 2 : result->found ? 0 : 1;
  return printed;
}

// An archive whose frames end at random places, now and then in the middle of a line.
void write_cut_archive(const std::string& path, std::string_view log, Codec codec, unsigned seed, bool in_lines) {
  std::mt19937 random(seed);
  const auto file = open_test_file(path);
  ArchiveWriter writer(file.get(), {codec, 1}, kTestNow);
  while (!log.empty()) {
    std::size_t size = std::min<std::size_t>(log.size(), 1 + random() % 4000);
    if (!in_lines || random() % 4 != 0)
      size = std::min(log.size(), log.find('\n', size - 1) == log.npos ? log.size() : log.find('\n', size - 1) + 1);
    EXPECT_TRUE(writer.write_frame(log.substr(0, size)));
    log.remove_prefix(size);
  }
  EXPECT_TRUE(writer.finish());
}

// The same log in every form in which it can lie there.
std::vector<std::string> write_forms(const TemporaryFolder& folder, const std::string& log, unsigned seed) {
  write_test_file(folder / "plain", log);
  write_cut_archive(folder / "own.zst", log, Codec::zstd, seed, false);
  write_cut_archive(folder / "own.gz", log, Codec::gzip, seed, false);
  write_cut_archive(folder / "broken.zst", log, Codec::zstd, seed, true);
  EXPECT_EQ(run_command("cd " + folder.path() +
                        " && zstd -q plain -o others.zst && gzip -c plain >others.gz && "
                        "{ head -c 1000 plain | gzip -c; tail -c +1001 plain | gzip -c; } >two.gz && "
                        "{ head -c 1000 plain | zstd -qc; tail -c +1001 plain | zstd -qc --no-check; } >two.zst")
                .exit_code,
            0);
  // A time in the names of others is the one at which they were written: of all the same.
  run_command("touch -d '2026-11-27 12:00:00 UTC' " + folder.path() + "/*");
  return {"plain", "own.zst", "own.gz", "broken.zst", "others.zst", "others.gz", "two.gz", "two.zst"};
}

std::string random_log(std::mt19937& random) {
  constexpr std::string_view kParts[] = {"a", "ab", "foo", "Foo", "bar", "error",    "ERROR", " ", " ",
                                         ".", "-",  "1",   "42",  "\t",  "\xC3\xBC", "(",     "x"};
  std::string log;
  for (std::uint64_t lines = random() % 300; lines > 0; --lines) {
    for (std::uint64_t parts = random() % 12; parts > 0; --parts) log += kParts[random() % std::size(kParts)];
    if (random() % 100 == 0) log += std::string(5000, 'y') + "foo";
    if (lines > 1 || random() % 2 == 0) log += '\n';
  }
  return log;
}

std::string random_pattern(std::mt19937& random, int depth = 0) {
  constexpr std::string_view kParts[] = {"a",  "b",      "foo",      "Foo",         "bar", "error", "err",
                                         " ",  "[0-9]+", "[^a]",     ".",           ".*",  "x?",    "(ab)+",
                                         "42", "1",      "\xC3\xBC", "[[:space:]]", "\\.", "\\("};
  std::string pattern = depth == 0 && random() % 8 == 0 ? "^" : "";
  for (std::uint64_t parts = 1 + random() % 3; parts > 0; --parts) pattern += kParts[random() % std::size(kParts)];
  if (depth == 0 && random() % 8 == 0) pattern += "$";
  if (depth < 2 && random() % 4 == 0) pattern = "(" + pattern + "|" + random_pattern(random, depth + 1) + ")";
  return pattern;
}

TEST(LogSearch, PrintsWhatGrepPrints) {
  std::mt19937 random(11);
  int matched = 0;
  for (unsigned round = 0; round < 12; ++round) {
    TemporaryFolder folder;
    const std::string log = random_log(random);
    const auto forms = write_forms(folder, log, round);
    for (int query = 0; query < 6; ++query) {
      SearchRequest request;
      request.pattern.text = random_pattern(random);
      request.pattern.fixed = random() % 5 == 0;
      request.pattern.ignore_case = random() % 3 == 0;
      request.invert = random() % 4 == 0;
      request.numbers = random() % 2 == 0;
      request.names = random() % 3 == 0;
      if (random() % 4 == 0) request.most = 1 + random() % 5;
      constexpr Listing kListings[] = {Listing::lines,  Listing::lines, Listing::lines,
                                       Listing::counts, Listing::names, Listing::nothing};
      request.listing = kListings[random() % std::size(kListings)];
      request.threads = 1 + random() % 4;

      write_test_file(folder / "pattern", request.pattern.text + "\n");
      std::string command = "cd " + folder.path() + " && LC_ALL=C.UTF-8 grep -a -f pattern";
      command += request.pattern.fixed ? " -F" : " -E";
      if (request.pattern.ignore_case) command += " -i";
      if (request.invert) command += " -v";
      if (request.numbers) command += " -n";
      command += request.names ? " -H" : " -h";
      if (request.most != UINT64_MAX) command += " -m " + std::to_string(request.most);
      if (request.listing == Listing::counts) command += " -c";
      if (request.listing == Listing::names) command += " -l";
      if (request.listing == Listing::nothing) command += " -q";
      const CommandResult expected = run_command(command + " plain");
      if (expected.exit_code == 0) ++matched;
      for (const std::string& form : forms) {
        Printed printed = search(request, {folder / form});
        const std::string name = folder / form;  // printed by us; grep was told "plain"
        for (std::size_t at = 0; request.names || request.listing == Listing::names;) {
          at = printed.output.find(name, at);
          if (at == std::string::npos) break;
          printed.output.replace(at, name.size(), "plain");
        }
        ASSERT_EQ(printed.output, expected.output) << command << " " << form << ": " << request.pattern.text;
        ASSERT_EQ(printed.exit_code, expected.exit_code) << command << " " << form << ": " << request.pattern.text;
        ASSERT_EQ(printed.problems, "");
      }
    }
  }
  EXPECT_GT(matched, 40);
}

// The lines of `log` in the range, told line by line; `written`: when the log was.
std::string slow_range(std::string_view log, TimeRange range, LineClock clock) {
  std::string lines;
  std::optional<std::int64_t> time;
  while (!log.empty()) {
    const std::size_t end = std::min(log.find('\n'), log.size());
    const std::string_view line = log.substr(0, end);
    if (const auto own = clock.seconds(line)) time = own;
    if (time ? range.holds(*time) : !range.since || clock.reference() >= *range.since) lines += std::string(line) + "\n";
    log.remove_prefix(std::min(end + 1, log.size()));
  }
  return lines;
}

TEST(LogSearch, SinceAndUntilLeaveOutWhatIsNotOfTheTimeAndNothingElse) {
  std::mt19937 random(5);
  std::size_t kept = 0, all = 0;
  for (unsigned round = 0; round < 12; ++round) {
    TemporaryFolder folder;
    std::string log;
    std::int64_t seconds = kTestNow.ns / 1'000'000'000 - 5000;
    const std::uint64_t untimed = 1 + random() % 40, jump = 1 + random() % 100;
    for (int line = 0; line < 400; ++line) {
      seconds += random() % jump == 0 ? static_cast<std::int64_t>(random() % 400) - 200 : random() % 3;
      if (random() % untimed != 0) log += base::format_rfc3339({seconds * 1'000'000'000}, 0) + " ";
      log += "line " + std::to_string(line) + (random() % 3 == 0 ? " foo\n" : "\n");
    }
    const auto forms = write_forms(folder, log, round);
    for (int query = 0; query < 5; ++query) {
      SearchRequest request;
      const std::int64_t since = kTestNow.ns / 1'000'000'000 - 5100 + static_cast<std::int64_t>(random() % 1500);
      if (random() % 4 != 0) request.times.since = since;
      if (random() % 3 != 0) request.times.until = since + static_cast<std::int64_t>(random() % 300);
      request.threads = 2;
      request.invert = query == 4;
      request.pattern.text = query == 3 ? "foo" : query == 4 ? "f.o" : "";
      const std::string in_range = slow_range(log, request.times, LineClock(kTestNow));
      write_test_file(folder / "range", in_range);
      const std::string expected = run_command("grep " + std::string(request.invert ? "-v" : "-e") + " '" +
                                               request.pattern.text + "' " + folder.path() + "/range")
                                       .output;
      kept += expected.size();
      all += log.size();
      for (const std::string& form : forms) {
        const Printed printed = search(request, {folder / form});
        ASSERT_EQ(printed.output, expected) << form << " round " << round << " query " << query;
        ASSERT_EQ(printed.exit_code, expected.empty() ? 1 : 0);
      }
    }
  }
  EXPECT_GT(kept, all / 20);
  EXPECT_LT(kept, all / 2);
}

TEST(LogSearch, GoesThroughDirectoriesAndPastWhatCannotBeRead) {
  TemporaryFolder folder;
  ASSERT_EQ(
      run_command(
          "cd " + folder.path() +
          " && mkdir deep && mkfifo fifo && ln -s plain link && echo 'a foo' >deep/b.log && "
          "echo 'old foo' | gzip >app.log.2.gz && echo 'newer foo' | zstd -q >app.log.1.zst && echo 'new foo' >app.log && "
          "touch -d '3 days ago' app.log.2.gz && touch -d '2 days ago' app.log.1.zst")
          .exit_code,
      0);
  SearchRequest request;
  request.pattern.text = "foo";
  Printed printed = search(request, {folder.path()});
  EXPECT_EQ(printed.output, "old foo\nnewer foo\nnew foo\na foo\n");
  EXPECT_EQ(printed.exit_code, 0);
  printed = search(request, {folder / "absent", folder / "app.log", folder / "fifo"});
  EXPECT_EQ(printed.output, "new foo\n");
  EXPECT_EQ(printed.exit_code, 2);
  EXPECT_NE(printed.problems.find("absent"), std::string::npos);
  EXPECT_NE(printed.problems.find("fifo is not a regular file"), std::string::npos);
  printed = search(request, {folder / "link"});
  EXPECT_EQ(printed.exit_code, 2);
  EXPECT_EQ(search(request, {folder / "fifo"}).output, "");
}

TEST(LogSearch, ReadsALivePunchedFileFromItsFirstText) {
  TemporaryFolder folder;
  write_test_file(folder / "log", std::string(10'000, 'x') + "\nfoo 1\nfoo 2\n");
  ASSERT_EQ(run_command("fallocate -p -o 0 -l 10001 " + folder.path() + "/log").exit_code, 0);
  SearchRequest request;
  request.numbers = true;
  EXPECT_EQ(search(request, {folder / "log"}).output, "1:foo 1\n2:foo 2\n");
}

TEST(LogSearch, GoesOnBehindADamagedFrameAndUpToTheTear) {
  TemporaryFolder folder;
  const std::string log = test_log(40'000);
  write_cut_archive(folder / "good.zst", log, Codec::zstd, 3, false);
  const std::string bytes = read_test_file(folder / "good.zst");
  const auto file = open_test_file(folder / "good.zst");
  const Index index = *look_at_archive(file.get())->index;
  ASSERT_GT(index.frames.size(), 5U);
  const FrameInfo bad = index.frames[3];
  SearchRequest all;

  std::string damaged = bytes;
  damaged[bad.offset + bad.size / 2] = static_cast<char>(damaged[bad.offset + bad.size / 2] ^ 0x10);
  write_test_file(folder / "damaged.zst", damaged);
  Printed printed = search(all, {folder / "damaged.zst"});
  EXPECT_EQ(printed.output, log.substr(0, bad.text_offset) + log.substr(bad.text_offset + bad.text_size));
  EXPECT_EQ(printed.exit_code, 2);
  EXPECT_NE(printed.problems.find("the frame at byte " + std::to_string(bad.offset)), std::string::npos) << printed.problems;

  write_test_file(folder / "torn.zst", bytes.substr(0, bad.offset + bad.size / 2));
  printed = search(all, {folder / "torn.zst"});
  EXPECT_EQ(printed.output, log.substr(0, bad.text_offset));
  EXPECT_NE(printed.problems.find("byte " + std::to_string(bad.offset + bad.size / 2)), std::string::npos)
      << printed.problems;
}

TEST(LogName, IsWhatTheLogAndItsArchivesShare) {
  for (const char* name : {"app.log", "app.log.1", "app.log.2.gz", "app.log-20261127.zst", "app.log-20261127-054905.3.zst",
                           "app.log.2026-11-27T05"})
    EXPECT_EQ(log_name(name), "app.log") << name;
  EXPECT_EQ(log_name("web1.log"), "web1.log");
  EXPECT_EQ(log_name("1.2"), "1.2");
}

}  // namespace
}  // namespace longshore::rotator
