#include "rotator/files/directory.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "rotator/files/attributes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

namespace fs = std::filesystem;
using base::Code;

class DirectoryTest : public ::testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }
  std::string get(const std::string& name) {
    std::ifstream file(folder_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  Directory open() { return std::move(Directory::open(folder_.path()).value()); }
  TemporaryFolder folder_;
};

TEST_F(DirectoryTest, APathIsADirectoryAndAName) {
  for (const auto& [path, directory, name] :
       {std::tuple{"/var/log/a", "/var/log", "a"}, {"a", ".", "a"}, {"/a", "/", "a"}, {"x/a", "x", "a"}}) {
    EXPECT_EQ(split_path(path).directory, directory);
    EXPECT_EQ(split_path(path).name, name);
  }
}

TEST_F(DirectoryTest, OpensRegularFilesAndNothingElse) {
  put("file", "text");
  fs::create_symlink("file", folder_ / "link");
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  fs::create_directory(folder_ / "folder");
  const Directory directory = open();
  EXPECT_TRUE(directory.open_file("file", O_RDWR));
  for (const char* name : {"link", "fifo", "folder", "missing", "../file", "/etc/passwd"})
    EXPECT_FALSE(directory.open_file(name, O_RDONLY)) << name;
  EXPECT_EQ(directory.open_file("missing", O_RDONLY).error().code, Code::not_found);
  EXPECT_EQ(directory.facts("link")->kind, FileKind::symlink);
  EXPECT_EQ(directory.facts("fifo")->kind, FileKind::other);
  EXPECT_EQ(directory.facts("file")->size, 4U);
  EXPECT_EQ(directory.list().value(), (std::vector<std::string>{"fifo", "file", "folder", "link"}));
}

TEST_F(DirectoryTest, MakesFilesThatNobodyElseCanRead) {
  const Directory directory = open();
  const mode_t before = ::umask(0);
  const auto file = directory.create_file("new");
  ::umask(before);
  ASSERT_TRUE(file);
  EXPECT_EQ(directory.facts("new")->mode, 0600U);
  EXPECT_EQ(directory.create_file("new").error().code, Code::exists);
  fs::create_symlink("elsewhere", folder_ / "dangling");
  EXPECT_EQ(directory.create_file("dangling").error().code, Code::exists);
  put(".new.rotator-tmp", "left by an earlier run");
  EXPECT_TRUE(directory.create_temporary("new"));
  EXPECT_EQ(directory.facts(".new.rotator-tmp")->size, 0U);
}

TEST_F(DirectoryTest, ARenameReplacesNothing) {
  put("a", "A");
  put("b", "B");
  const Directory directory = open();
  EXPECT_EQ(directory.rename("a", directory, "b").error().code, Code::exists);
  EXPECT_EQ(get("a") + get("b"), "AB");
  EXPECT_TRUE(directory.rename("a", directory, "c"));
  EXPECT_EQ(get("c"), "A");
  EXPECT_TRUE(directory.replace("c", "b"));
  EXPECT_EQ(get("b"), "A");
}

TEST_F(DirectoryTest, RemovesAFileOnlyIfItIsTheOneThatWasMeant) {
  put("a", "A");
  const Directory directory = open();
  const FileFacts facts = directory.facts("a").value();
  put("b", "B");
  fs::rename(folder_ / "b", folder_ / "a");
  EXPECT_EQ(directory.unlink("a", facts).error().code, Code::exists);
  EXPECT_EQ(get("a"), "B");
  EXPECT_TRUE(directory.unlink("a", directory.facts("a").value()));
  EXPECT_TRUE(directory.list()->empty());
}

TEST_F(DirectoryTest, ItStaysWhatItWasWhenItsPathLeadsElsewhere) {
  fs::create_directory(folder_ / "logs");
  fs::create_directory(folder_ / "target");
  const Directory directory = Directory::open(folder_ / "logs").value();
  fs::rename(folder_ / "logs", folder_ / "moved");
  fs::create_symlink("target", folder_ / "logs");
  EXPECT_TRUE(directory.create_file("new"));
  EXPECT_TRUE(fs::exists(folder_ / "moved/new"));
  EXPECT_TRUE(fs::is_empty(folder_ / "target"));
}

TEST_F(DirectoryTest, LinksOfOursOnTheWayAreFollowed) {
  fs::create_directories(folder_ / "a/b");
  fs::create_symlink("a", folder_ / "relative");
  fs::create_symlink(folder_ / "a", folder_ / "absolute");
  fs::create_symlink("loop", folder_ / "loop");
  EXPECT_TRUE(Directory::open(folder_ / "relative/b"));
  EXPECT_TRUE(Directory::open(folder_ / "absolute/../absolute/b"));
  EXPECT_FALSE(Directory::open(folder_ / "loop/b"));
  EXPECT_EQ(Directory::open(folder_ / "missing").error().code, Code::not_found);
  fs::permissions(folder_.path(), fs::perms::all);  // now others could have put the link there
  EXPECT_EQ(Directory::open(folder_ / "relative/b").error().code, Code::permission);
  EXPECT_TRUE(Directory::open(folder_ / "a/b"));
}

TEST_F(DirectoryTest, MakesWhatIsMissingOfAPath) {
  ASSERT_TRUE(make_directories(folder_ / "x/y/", 0750, ::geteuid(), ::getegid()));
  EXPECT_EQ(Directory::open(folder_ / "x/y")->facts()->mode, 0750U);
  EXPECT_TRUE(make_directories(folder_ / "x", 0700, ::geteuid(), ::getegid()));
  EXPECT_EQ(Directory::open(folder_ / "x")->facts()->mode, 0750U);  // was there
  put("file", "");
  EXPECT_FALSE(make_directories(folder_ / "file/z", 0750, ::geteuid(), ::getegid()));
}

TEST_F(DirectoryTest, AccessGoesFromOneFileToAnother) {
  put("from", "");
  fs::permissions(folder_ / "from", fs::perms(0640));
  const Directory directory = open();
  const auto from = directory.open_file("from", O_RDONLY);
  Access access = access_of(from->get()).value();
  EXPECT_EQ(access.mode, 0640U);
  EXPECT_EQ(access.access_list, "");
  const auto to = directory.create_file("to");
  ASSERT_TRUE(give_access(to->get(), access, "to"));
  EXPECT_EQ(directory.facts("to")->mode, 0640U);
  // user::rw-, user:7:r--, group::r--, mask::r--, other::--- (the kernel's format, version 2)
  const unsigned char list[] = {2, 0, 0,   0,   1,   0,   6,  0, 255, 255, 255, 255, 2,   0,  4,
                                0, 7, 0,   0,   0,   4,   0,  4, 0,   255, 255, 255, 255, 16, 0,
                                4, 0, 255, 255, 255, 255, 32, 0, 0,   0,   255, 255, 255, 255};
  if (::fsetxattr(from->get(), "system.posix_acl_access", list, sizeof list, 0) != 0) return;  // the file system has none
  access = access_of(from->get()).value();
  ASSERT_TRUE(give_access(to->get(), access, "to"));
  EXPECT_EQ(access_of(to->get())->access_list, access.access_list);
}

}  // namespace
}  // namespace longshore::rotator
