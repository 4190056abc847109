#include "shipper/tail/tailer.hpp"

#include <sys/resource.h>

#include <algorithm>

#include "shipper/tail/tailer_for_test.hpp"

namespace longshore::shipper {
namespace {

using Lines = std::vector<std::string>;

TEST(Tailer, LinesComeOnceEachWhenTheyAreComplete) {
  TailScenario s;
  s.append("a.log", "one\ntwo\nthr");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
  s.append("a.log", "ee\r\n\nfour\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"three", "four"}));
  EXPECT_EQ(s.apps.back(), "a");
  s.settle();
  EXPECT_EQ(s.taken(), Lines{});
}

TEST(Tailer, AtTheVeryFirstStartFilesAreBegunAtTheEndIfToldSo) {
  TailScenario s;
  s.options.start = StartAt::end;
  s.append("a.log", "old\n");
  s.start();
  s.append("a.log", "new\n");
  s.append("b.log", "later files are begun at the beginning\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"new", "later files are begun at the beginning"}));
  // And that holds for files that came while it was down.
  s.append("c.log", "came while down\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"came while down"}));
}

TEST(Tailer, ARestartGoesOnWhereTheCheckpointStands) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
}

TEST(Tailer, RotationByRenameReadsTheOldFileToItsEnd) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.rename("a.log", "a.log.1");
  s.append("a.log", "three\n");
  s.append("a.log.1", "the writer has not reopened yet\n");
  s.settle();
  Lines lines = s.taken();
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (Lines{"one", "the writer has not reopened yet", "three", "two"}));
  // Minutes later still.
  s.settle(std::chrono::minutes(10));
  s.append("a.log.1", "a late writer\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"a late writer"}));
  EXPECT_EQ(s.apps.back(), "a");
  s.settle(std::chrono::hours(2));
  s.settle(std::chrono::hours(2));
  EXPECT_EQ(s.tailer->stats().files, 1u);
  EXPECT_EQ(s.checkpoints.size(), 2u);  // the file's and the source's
}

TEST(Tailer, RotationWhileDownIsFollowedByInode) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.rename("a.log", "a.log.1");
  s.append("a.log", "three\n");
  s.start();
  s.settle();
  Lines lines = s.taken();
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (Lines{"one", "three", "two"}));
  EXPECT_TRUE(s.gaps.empty());
}

TEST(Tailer, CopytruncateLosesNothingThatIsInTheCopy) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.copy("a.log", "a.log.1");
  s.truncate("a.log");
  s.append("a.log", "three\n");
  s.settle();
  Lines lines = s.taken();
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (Lines{"one", "three", "two"}));
  EXPECT_EQ(s.tailer->stats().recovered_bytes, 4u);
  EXPECT_TRUE(s.gaps.empty());
}

TEST(Tailer, CopytruncateWhileDownLosesNothingThatIsInTheCopy) {
  TailScenario s;
  s.append("a.log", "one, long enough that the new content is shorter\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.copy("a.log", "a.log.1");
  s.truncate("a.log");
  s.append("a.log", "three\n");
  s.start();
  s.settle();
  Lines lines = s.taken();
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (Lines{"one, long enough that the new content is shorter", "three", "two"}));
  EXPECT_TRUE(s.gaps.empty());
}

TEST(Tailer, ACopyThatThePatternMatchesIsNotReadTwice) {
  TailScenario s;
  s.options.paths = {s.dir + "/a.log*"};
  s.append("a.log", "one\ntwo\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
  s.copy("a.log", "a.log.1");
  s.settle();
  EXPECT_EQ(s.taken(), Lines{}) << "the copy is there, the truncation is not";
  s.append("a.log", "three\n");
  s.copy("a.log", "a.log.1");
  s.truncate("a.log");
  s.append("a.log", "four\n");
  s.settle();
  s.settle(std::chrono::minutes(5));
  Lines lines = s.taken();
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(lines, (Lines{"four", "three"}));
}

TEST(Tailer, ATruncationWithoutACopyIsToldAsAGap) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.append("a.log", "two\n");
  s.scan();  // it knows that four bytes are there
  s.truncate("a.log");
  s.append("a.log", "3\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "3"}));
  ASSERT_EQ(s.gaps.size(), 1u);
  EXPECT_NE(s.gaps[0].find("at least 4 bytes"), std::string::npos) << s.gaps[0];
  EXPECT_EQ(s.tailer->stats().lost_bytes, 4u);
  EXPECT_EQ(s.lost.dropped["truncated"], 1u);
}

TEST(Tailer, AFileThatGrewPastItsOldSizeAfterATruncationIsKnownByItsBeginning) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  s.truncate("a.log");
  s.append("a.log", "something else that is longer\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "something else that is longer"}));
  EXPECT_EQ(s.tailer->stats().truncations, 1u);
}

TEST(Tailer, ADeletedFileIsReadToItsEndAndLetGo) {
  TailScenario s;
  s.append("a.log", "one\n");
  s.start();
  s.settle();
  std::ofstream writer(s.path("a.log"), std::ios::app);
  s.remove("a.log");
  writer << "two\nno line end" << std::flush;
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
  s.settle(std::chrono::minutes(1));
  s.settle(std::chrono::minutes(1));
  EXPECT_EQ(s.taken(), (Lines{"no line end"}));
  EXPECT_EQ(s.tailer->stats().files, 0u);
}

TEST(Tailer, CompressedBacklogIsLeftAlone) {
  TailScenario s;
  s.options.paths = {s.dir + "/a.log*"};
  s.append("a.log", "one\n");
  s.append("a.log.2.gz", "not text\n");
  s.append("a.log.3.zst", "not text\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one"}));
}

TEST(Tailer, ALongLineIsCutMarkedAndTheNextOneIsWhole) {
  TailScenario s;
  s.options.max_line = base::Bytes{1024};
  s.append("a.log", std::string(300'000, 'x') + "\nnext\n");
  s.start();
  s.settle();
  const Lines lines = s.taken();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0], std::string(1024, 'x'));
  EXPECT_NE(s.flags[0] & flag::kTruncated, 0);
  EXPECT_EQ(lines[1], "next");
}

TEST(Tailer, ALongLineIsSkippedAcrossARestart) {
  TailScenario s;
  s.options.max_line = base::Bytes{1024};
  s.append("a.log", std::string(300'000, 'x'));
  s.start();
  s.settle();
  EXPECT_EQ(s.taken().size(), 1u);
  s.append("a.log", "the rest of it\nnext\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"next"}));
}

TEST(Tailer, AHoleAtTheBeginningIsNoTextAndNoTruncation) {
  TailScenario s;
  s.append("a.log", "one\ntwo\n");
  s.start();
  s.settle();
  s.taken();
  // What a rotator does that gives the space of archived lines back: same size, the beginning reads as NULs.
  {
    std::fstream file(s.path("a.log"), std::ios::in | std::ios::out);
    file << std::string(8, '\0');
  }
  s.append("a.log", "three\n");
  s.settle();
  s.start();
  s.append("a.log", "four\n");
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"three", "four"}));
  EXPECT_EQ(s.tailer->stats().truncations, 0u);
}

TEST(Tailer, AWriterThatDoesNotAppendLeavesAHoleThatIsSteppedOver) {
  TailScenario s;
  std::ofstream writer(s.path("a.log"));
  writer << "one\n" << std::flush;
  s.start();
  s.settle();
  s.truncate("a.log");
  s.settle();
  writer << "two\n" << std::flush;  // at offset 4
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
}

TEST(Tailer, LinesThatContinueAMessageAreJoined) {
  TailScenario s;
  s.options.multiline.start = "^\\d{4}-";
  s.append("a.log", "2026-11-23 boom\n  at a()\n  at b()\n2026-11-23 next\n");
  s.start();
  s.settle(std::chrono::milliseconds(10));
  EXPECT_EQ(s.taken(), (Lines{"2026-11-23 boom\n  at a()\n  at b()"}));
  EXPECT_NE(s.flags[0] & flag::kMultiline, 0);
  s.append("a.log", "  at c()\n");
  s.settle(std::chrono::milliseconds(10));
  EXPECT_EQ(s.taken(), Lines{}) << "more may follow";
  s.settle(std::chrono::seconds(2));
  EXPECT_EQ(s.taken(), (Lines{"2026-11-23 next\n  at c()"}));
}

TEST(Tailer, MoreFilesThanDescriptorsAreReadInTurn) {
  TailScenario s;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  for (int i = 0; i < 60; ++i) s.append(std::to_string(i) + ".log", "line " + std::to_string(i) + "\n");
  rlimit few = before;
  few.rlim_cur = 40;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  s.start();
  for (int i = 0; i < 5; ++i) s.settle();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(s.taken().size(), 60u);
}

TEST(Tailer, NamesThatAreOddAreNames) {
  TailScenario s;
  const std::string name = "a b\n\xff.log";
  s.append(name, "one\n");
  s.start();
  s.settle();
  s.append(name, "two\n");
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"one", "two"}));
}

TEST(Tailer, LinksFifosAndFoldersDoNoHarm) {
  TailScenario s;
  ASSERT_EQ(::mkfifo(s.path("fifo.log").c_str(), 0600), 0);
  std::filesystem::create_directory(s.path("folder.log"));
  std::filesystem::create_symlink("nowhere", s.path("dangling.log"));
  s.append("target", "through a link\n");
  std::filesystem::create_symlink("target", s.path("link.log"));
  s.start();
  s.settle();
  EXPECT_EQ(s.taken(), (Lines{"through a link"}));
}

TEST(Tailer, ABadPatternIsAnError) {
  FileSourceOptions options;
  options.paths = {"/x"};
  options.multiline.start = "(";
  const auto made = Tailer::make(options, "h", base::Zone{});
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("multiline.start"), std::string::npos);
}

}  // namespace
}  // namespace longshore::shipper
