#include "deployer/host/private_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

namespace fs = std::filesystem;

class PrivateFolders : public ::testing::Test {
 protected:
  PrivateFolders() {
    if (const char* const before = std::getenv("TMPDIR")) before_ = before;
    ::setenv("TMPDIR", where_.path().c_str(), 1);
  }
  ~PrivateFolders() override { before_ ? ::setenv("TMPDIR", before_->c_str(), 1) : ::unsetenv("TMPDIR"); }
  TemporaryFolder where_;
  std::optional<std::string> before_;
};

TEST_F(PrivateFolders, IsForUsAloneAndGoesWithAllInIt) {
  std::string path;
  {
    const auto folder = PrivateFolder::create();
    ASSERT_TRUE(folder);
    path = *folder / "x";
    EXPECT_TRUE(path.starts_with(where_.path()));
    std::ofstream(path) << "x";
    struct stat facts{};
    ASSERT_EQ(::stat(fs::path(path).parent_path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777, 0700U);
  }
  EXPECT_TRUE(fs::is_empty(where_.path()));
}

TEST_F(PrivateFolders, WhatWasLeftBehindGoesAndWhatIsInUseStays) {
  fs::create_directory(where_ / "longshore-ssh-gone");
  std::ofstream(where_ / "longshore-ssh-gone/docker") << "x";
  fs::create_directory(where_ / "other");
  const auto first = PrivateFolder::create();
  EXPECT_FALSE(fs::exists(where_ / "longshore-ssh-gone"));
  EXPECT_TRUE(fs::exists(where_ / "other"));
  const auto second = PrivateFolder::create();
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(fs::exists(fs::path(*first / "x").parent_path()));
}

TEST_F(PrivateFolders, AFolderThatSshCouldNotNameIsNotUsed) {
  for (const std::string& bad : {std::string("relative"), std::string("/has blank"), "/" + std::string(60, 'x')}) {
    ::setenv("TMPDIR", bad.c_str(), 1);
    const auto folder = PrivateFolder::create();
    ASSERT_TRUE(folder) << folder.error().message;
    EXPECT_TRUE((*folder / "x").starts_with("/tmp/longshore-ssh-"));
  }
  ::setenv("TMPDIR", (where_ / "none").c_str(), 1);
  EXPECT_EQ(PrivateFolder::create().error().code, base::Code::not_found);
}

}  // namespace
}  // namespace longshore::deployer
