#include "rules/lines/merged_lines.hpp"

#include <gtest/gtest.h>

#include "rules/lines/files_for_test.hpp"

namespace longshore::rules {
namespace {

std::string messages(MergedLines& lines) {
  std::string all;
  LineBatch batch;
  while (lines.read(2, batch)) {
    EXPECT_LE(batch.size(), 2U);
    for (std::size_t i = 0; i < batch.size(); ++i) all += std::string(batch[i].message) + " ";
    batch.clear();
  }
  return all;
}

std::string line(int second, const std::string& text) {
  return "<11>Nov 23 04:12:0" + std::to_string(second) + " web-1 app: " + text + "\n";
}

TEST(MergedLines, SeveralFilesComeInTheOrderOfTheirTimes) {
  const FilesForTest files;
  MergedLines lines(
      {files.write("a", line(1, "a1") + line(4, "a4")), files.write("b.gz", gzip_of(line(2, "b2") + line(4, "b4"))),
       files.write("c", line(0, "c0") + line(3, "c3") + line(9, "c9"))},
      InputFormat::detect);
  EXPECT_EQ(messages(lines), "c0 a1 b2 c3 a4 b4 c9 ");
  EXPECT_EQ(lines.counters().lines, 7U);
  EXPECT_TRUE(lines.problems().empty());
}

TEST(MergedLines, ALineWithoutATimeStaysBehindTheOneBeforeIt) {
  const FilesForTest files;
  MergedLines lines({files.write("a", line(1, "a1") + "\tat here\n\n" + line(4, "a4")), files.write("b", line(1, "b1"))},
                    InputFormat::detect);
  EXPECT_EQ(messages(lines), "a1 \tat here b1 a4 ");
}

TEST(MergedLines, LinesBeforeTheFirstTimeAreLeftOutAndCounted) {
  const FilesForTest files;
  MergedLines lines({files.write("a", "one\ntwo\n" + line(1, "three")), files.write("b", "four\n")}, InputFormat::detect);
  EXPECT_EQ(messages(lines), "three ");
  EXPECT_EQ(lines.counters().untimed, 3U);
}

// Otherwise one such line would make all that follow too late.
TEST(MergedLines, ATimeAfterTheFileWasWrittenIsNotBelieved) {
  const FilesForTest files;
  MergedLines lines(
      {files.write("a", line(1, "a1") + "<11>1 2199-01-01T00:00:00Z web-1 app - - - a2\n"), files.write("b", line(2, "b2"))},
      InputFormat::detect);
  EXPECT_EQ(messages(lines), "a1 a2 b2 ");
  EXPECT_EQ(lines.counters().ahead, 1U);
}

TEST(MergedLines, AFileThatCannotBeReadDoesNotStopTheOthers) {
  const FilesForTest files;
  const std::string whole = gzip_of(line(1, "a1"));
  MergedLines lines(
      {"/nonexistent", files.write("a.gz", whole.substr(0, whole.size() - 4)), files.write("b", line(2, "b2"))},
      InputFormat::detect);
  EXPECT_EQ(messages(lines), "a1 b2 ");
  ASSERT_EQ(lines.problems().size(), 2U);
  EXPECT_NE(lines.problems()[0].find("/nonexistent"), std::string::npos);
  EXPECT_NE(lines.problems()[1].find("a.gz: byte"), std::string::npos);
}

}  // namespace
}  // namespace longshore::rules
