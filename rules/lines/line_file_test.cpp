#include "rules/lines/line_file.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "rules/lines/files_for_test.hpp"
#include "rules/lines/line_parser.hpp"

namespace longshore::rules {
namespace {

struct Read {
  std::vector<std::string> lines;
  std::string error;
  std::uint64_t cut = 0;
};

Read read_all(const std::string& path) {
  Read all;
  auto file = LineFile::open(path);
  if (!file) return {{}, file.error().message, 0};
  for (std::string_view line;;) {
    const auto more = file->next(line);
    if (!more) all.error = more.error().message;
    if (!more || !*more) break;
    all.lines.emplace_back(line);
  }
  all.cut = file->cut();
  EXPECT_EQ(file->number(), all.lines.size());
  return all;
}

using Lines = std::vector<std::string>;

TEST(LineFile, LinesAreWithoutTheirEndsAndTheLastNeedsNone) {
  const FilesForTest files;
  EXPECT_EQ(read_all(files.write("a", "one\ntwo\r\n\nfour")).lines, (Lines{"one", "two", "", "four"}));
  EXPECT_EQ(read_all(files.write("b", "one\n")).lines, Lines{"one"});
  EXPECT_EQ(read_all(files.write("c", "")).lines, Lines{});
  EXPECT_EQ(read_all(files.write("d", "x")).lines, Lines{"x"});
}

TEST(LineFile, GzipAndZstdAreKnownByTheirBytesAlsoInSeveralParts) {
  const FilesForTest files;
  EXPECT_EQ(read_all(files.write("a.log", gzip_of("one\ntw") + gzip_of("o\nthree\n"))).lines,
            (Lines{"one", "two", "three"}));
  EXPECT_EQ(read_all(files.write("b.log", zstd_of("one\ntw") + zstd_of("o\nthree\n"))).lines,
            (Lines{"one", "two", "three"}));
  EXPECT_EQ(read_all(files.write("c.log", gzip_of(""))).error, "");
  EXPECT_EQ(read_all(files.write("d.log", zstd_of(""))).error, "");
}

TEST(LineFile, ALineThatIsTooLongIsCutAndCounted) {
  const FilesForTest files;
  const std::string most(kLongestLine, 'x');
  for (const std::size_t more : {std::size_t{0}, std::size_t{1}, std::size_t{100}, kLongestLine, 5 * kLongestLine}) {
    const Read all = read_all(files.write("a", "before\n" + most + std::string(more, 'y') + "\nbehind\n"));
    EXPECT_EQ(all.lines, (Lines{"before", most, "behind"})) << more;
    EXPECT_EQ(all.cut, more > 0 ? 1U : 0U);
    EXPECT_EQ(read_all(files.write("b", most + std::string(more, 'y'))).lines, Lines{most}) << more;
  }
}

// What was read before the place counts, and the error says which file, where, and what.
TEST(LineFile, ATornArchiveGivesItsLinesAndThenAnErrorWithThePlace) {
  const FilesForTest files;
  std::string text;
  std::mt19937 random(7);
  for (int i = 0; i < 200'000; ++i) text += std::to_string(random()) + "\n";
  for (const auto& [name, whole, kind] : {std::tuple{"a.gz", gzip_of(text), "gzip"}, {"a.zst", zstd_of(text), "zstd"}}) {
    for (const std::size_t left : {whole.size() / 2, whole.size() - 1}) {
      const std::string path = files.write(name, whole.substr(0, left));
      const Read all = read_all(path);
      EXPECT_GT(all.lines.size(), 50'000U);
      EXPECT_TRUE(text.starts_with(all.lines[0] + "\n"));
      EXPECT_EQ(all.error, path + ": byte " + std::to_string(left) + ": the file ends in the middle of its " + kind +
                               " data; what came before it counts");
    }
    std::string damaged = whole;
    for (std::size_t i = 0; i < 64; ++i) damaged[damaged.size() / 2 + i] = static_cast<char>(random());
    const Read all = read_all(files.write(name, damaged));
    EXPECT_GT(all.lines.size(), 50'000U);
    EXPECT_NE(all.error.find(std::string("damaged ") + kind), std::string::npos) << all.error;
  }
}

TEST(LineFile, TextBehindGzipDataIsAnError) {
  const FilesForTest files;
  const Read all = read_all(files.write("a.gz", gzip_of("one\n") + "garbage"));
  EXPECT_EQ(all.lines, Lines{"one"});
  EXPECT_NE(all.error.find("damaged gzip"), std::string::npos);
}

TEST(LineFile, AFileThatIsNotThereIsAnError) {
  EXPECT_NE(read_all("/nonexistent/file").error.find("/nonexistent/file"), std::string::npos);
}

TEST(LineFile, AnyBytesAreLines) {
  const FilesForTest files;
  std::mt19937 random(3);
  std::string bytes(1 << 16, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  bytes[0] = 'x';
  std::size_t sum = 0;
  const Read all = read_all(files.write("a", bytes));
  for (const std::string& line : all.lines) sum += line.size() + 1;
  EXPECT_EQ(all.error, "");
  EXPECT_LE(sum, bytes.size() + 1);
}

}  // namespace
}  // namespace longshore::rules
