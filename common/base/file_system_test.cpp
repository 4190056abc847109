#include "common/base/file_system.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/support/temporary_folder.hpp"

namespace longshore::base {
namespace {

class PosixFiles : public ::testing::Test {
 protected:
  std::unique_ptr<File> create(const std::string& name) { return files_.open(folder_ / name, OpenMode::create).value(); }
  static std::string content(File& file) {
    std::string bytes(file.size().value(), '\0');
    EXPECT_EQ(file.read(0, bytes), bytes.size());
    return bytes;
  }
  static void write(File& file, std::uint64_t offset, std::vector<std::string_view> pieces) {
    ASSERT_TRUE(file.write(offset, pieces));
  }

  TemporaryFolder folder_;
  PosixFileSystem files_;
};

TEST_F(PosixFiles, PiecesAreWrittenOneBehindTheOther) {
  const auto file = create("a");
  write(*file, 2, {"ab", "", "cde"});
  EXPECT_EQ(content(*file), std::string("\0\0abcde", 7));
  write(*file, 3, {"X"});
  EXPECT_EQ(content(*file), std::string("\0\0aXcde", 7));
  write(*file, 0, {});
  write(*file, 0, {""});
  EXPECT_TRUE(file->sync());
}

TEST_F(PosixFiles, MorePiecesThanOneCallTakesAreAllWritten) {
  const auto file = create("a");
  std::vector<std::string_view> pieces;
  std::string all;
  for (int i = 0; i < 100; ++i) pieces.push_back(i % 3 == 0 ? "" : i % 3 == 1 ? "a" : "bc");
  for (const std::string_view piece : pieces) all += piece;
  ASSERT_TRUE(file->write(0, pieces));
  EXPECT_EQ(content(*file), all);
}

TEST_F(PosixFiles, ReadingEndsWhereTheFileEnds) {
  const auto file = create("a");
  write(*file, 0, {"abc"});
  char bytes[8] = {};
  EXPECT_EQ(file->read(1, bytes), 2U);
  EXPECT_EQ(std::string_view(bytes, 2), "bc");
  EXPECT_EQ(file->read(100, bytes), 0U);
  ASSERT_TRUE(file->truncate(1));
  EXPECT_EQ(file->read(0, bytes), 1U);
}

TEST_F(PosixFiles, DirectAndOrdinaryWritesMix) {
  const std::unique_ptr<char, decltype(&std::free)> block(
      static_cast<char*>(std::aligned_alloc(kDirectAlignment, kDirectAlignment)), &std::free);
  std::fill_n(block.get(), kDirectAlignment, 'd');
  const std::string_view direct(block.get(), kDirectAlignment);
  const auto file = create("a");
  ASSERT_TRUE(file->write_direct(0, direct));
  write(*file, kDirectAlignment, {"tail"});
  ASSERT_TRUE(file->write_direct(2 * kDirectAlignment, direct));
  const std::string all = content(*file);
  EXPECT_EQ(all.size(), 3 * kDirectAlignment);
  EXPECT_EQ(all.substr(0, kDirectAlignment), direct);
  EXPECT_EQ(all.substr(kDirectAlignment, 5), std::string_view("tail\0", 5));
  EXPECT_EQ(all.substr(2 * kDirectAlignment), direct);
}

TEST_F(PosixFiles, ModesSayWhatMustExist) {
  EXPECT_EQ(files_.open(folder_ / "a", OpenMode::read).error().code, Code::not_found);
  EXPECT_EQ(files_.open(folder_ / "a", OpenMode::update).error().code, Code::not_found);
  EXPECT_TRUE(files_.open(folder_ / "a", OpenMode::create_new));
  EXPECT_EQ(files_.open(folder_ / "a", OpenMode::create_new).error().code, Code::exists);
  const auto file = files_.open(folder_ / "a", OpenMode::read).value();
  const std::string_view piece = "x";
  EXPECT_EQ(file->write(0, std::span(&piece, 1)).error().code, Code::io);
}

TEST_F(PosixFiles, AreNotForEverybody) {
  create("a");
  ASSERT_TRUE(files_.make_directories(folder_ / "b"));
  struct stat info{};
  ASSERT_EQ(::stat((folder_ / "a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0007, 0U);
  ASSERT_EQ(::stat((folder_ / "b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0007, 0U);
}

TEST_F(PosixFiles, FoldersAreMadeWithTheirParents) {
  EXPECT_TRUE(files_.make_directories(folder_ / "a/b/c"));
  EXPECT_TRUE(files_.make_directories(folder_ / "a/b/c"));
  EXPECT_TRUE(files_.stat(folder_ / "a/b/c")->is_directory);
  create("file");
  EXPECT_FALSE(files_.make_directories(folder_ / "file/x"));
}

TEST_F(PosixFiles, AreListedRenamedAndRemoved) {
  create("a");
  create("b");
  ASSERT_TRUE(files_.rename(folder_ / "a", folder_ / "c"));
  auto names = files_.list(folder_.path()).value();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"b", "c"}));
  EXPECT_TRUE(files_.unlink(folder_ / "b"));
  EXPECT_EQ(files_.unlink(folder_ / "b").error().code, Code::not_found);
  EXPECT_EQ(files_.rename(folder_ / "b", folder_ / "d").error().code, Code::not_found);
  EXPECT_EQ(files_.list(folder_ / "none").error().code, Code::not_found);
  EXPECT_TRUE(files_.sync_directory(folder_.path()));
  EXPECT_EQ(files_.sync_directory(folder_ / "none").error().code, Code::not_found);
}

TEST_F(PosixFiles, TellTheirSizeAndTheDisksSpace) {
  const auto file = create("a");
  write(*file, 0, {"12345"});
  EXPECT_EQ(files_.stat(folder_ / "a")->size, 5U);
  EXPECT_GT(files_.stat(folder_ / "a")->modified, Timestamp{});
  const auto space = files_.space(folder_.path()).value();
  EXPECT_GT(space.total, 0U);
  EXPECT_LE(space.available, space.total);
}

TEST_F(PosixFiles, ALockIsHeldUntilItsHolderLetsGo) {
  std::optional held = files_.lock(folder_ / "lock").value();
  EXPECT_EQ(files_.lock(folder_ / "lock").error().code, Code::exists);
  held.reset();
  EXPECT_TRUE(files_.lock(folder_ / "lock"));
}

}  // namespace
}  // namespace longshore::base
