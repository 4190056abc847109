#include "shipper/tail/line_splitter.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace longshore::shipper {
namespace {

using Lines = std::vector<std::string>;

LineSplitter make(std::size_t max_line, const std::string& start = "") {
  MultilineOptions multiline;
  multiline.start = start;
  multiline.max_lines = 4;
  multiline.max_size = base::Bytes{64};
  return std::move(*LineSplitter::make(max_line, multiline));
}

// As a tailer reads: pieces of `room` bytes at the offset that the splitter says, then the rest.
Lines read_all(const LineSplitter& splitter, std::string_view text, std::size_t room) {
  Lines out;
  std::size_t at = 0;
  bool skipping = false;
  for (bool last = false;;) {
    const std::string_view piece = text.substr(at, room);
    const SplitResult result =
        splitter.split(piece, skipping, last, [&](std::size_t offset, std::size_t size, bool truncated, bool) {
          out.push_back(std::string(piece.substr(offset, size)) + (truncated ? "…" : ""));
        });
    at += result.taken;
    skipping = result.skipping;
    if (last) return out;
    last = result.taken == 0;
  }
}

TEST(LineSplitter, LinesWithoutTheirEnds) {
  EXPECT_EQ(read_all(make(100), "one\ntwo\r\n\n\nthree", 1000), (Lines{"one", "two", "three"}));
}

TEST(LineSplitter, ALongLineIsCutOnceAndItsRestSkipped) {
  EXPECT_EQ(read_all(make(4), "abcdefgh\nij\n", 1000), (Lines{"abcd…", "ij"}));
  EXPECT_EQ(read_all(make(4), "abcdefgh\nij\n", 5), (Lines{"abcd…", "ij"}));
}

TEST(LineSplitter, NulsBeforeALineAreAHole) {
  const std::string text = std::string(10, '\0') + "one\n" + std::string(10, '\0') + "two\n" + std::string(3, '\0');
  EXPECT_EQ(read_all(make(100), text, 1000), (Lines{"one", "two"}));
  EXPECT_EQ(read_all(make(7), text, 8), (Lines{"one", "two"}));
}

TEST(LineSplitter, GroupsBeginWhereThePatternMatches) {
  EXPECT_EQ(read_all(make(64, "^#"), "x\n#a\n b\n#c\n", 1000), (Lines{"x", "#a\n b", "#c"}));
}

TEST(LineSplitter, GroupsEndAtTheirLimits) {
  EXPECT_EQ(read_all(make(64, "^#"), "#1\n2\n3\n4\n5\n", 1000), (Lines{"#1\n2\n3\n4", "5"}));
  const std::string long_line(60, 'y');
  EXPECT_EQ(read_all(make(64, "^#"), "#1\n" + long_line + "\nz\n", 1000), (Lines{"#1\n" + long_line, "z"}));
}

TEST(LineSplitter, HowTheFileIsCutIntoPiecesDoesNotMatter) {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (std::size_t i = 0, lines = random() % 12; i < lines; ++i) {
      if (random() % 3 == 0) text += '#';
      text += std::string(random() % 30, static_cast<char>('a' + random() % 3)) + (random() % 5 == 0 ? "\r\n" : "\n");
    }
    for (const char* start : {"", "^#"}) {
      const LineSplitter splitter = make(32, start);
      const Lines whole = read_all(splitter, text, 100'000);
      for (const std::size_t room : {splitter.least_piece(), splitter.least_piece() + 1, splitter.least_piece() + 17})
        ASSERT_EQ(read_all(splitter, text, room), whole) << "round " << round << " room " << room << " start " << start;
    }
  }
}

}  // namespace
}  // namespace longshore::shipper
