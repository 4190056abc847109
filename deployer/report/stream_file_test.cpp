#include "deployer/report/stream_file.hpp"

#include <gtest/gtest.h>

#include "tests/support/fault_file_system.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

TEST(StreamFile, GrowsAtOnceAndReplacesWhatWasThere) {
  const TemporaryFolder folder;
  base::PosixFileSystem files;
  auto first = StreamFile::open(files, folder / "a/b/log");
  ASSERT_TRUE(first) << first.error().message;
  (*first)->write("a long line of the run before\n");
  auto second = StreamFile::open(files, folder / "a/b/log");
  ASSERT_TRUE(second);
  (*second)->write("one\n");
  (*second)->write("two\n");
  EXPECT_EQ(files.stat(folder / "a/b/log")->size, 8U);
  EXPECT_EQ((*second)->trouble(), "");
}

TEST(StreamFile, AFullDiskEndsItWithItsReason) {
  test_support::FaultFileSystem files;
  auto full = StreamFile::open(files, "dir/log");
  ASSERT_TRUE(full) << full.error().message;
  files.set_capacity(4);
  (*full)->write("one\n");
  (*full)->write("two\n");
  EXPECT_NE((*full)->trouble(), "");
}

}  // namespace
}  // namespace longshore::deployer
