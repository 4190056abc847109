#include "deployer/git/git.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deployer/process/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

using base::Code;

class Repository : public ::testing::Test {
 protected:
  Repository() {
    git({"init", "-q"});
    git({"config", "user.name", "Somebody"});
    git({"config", "user.email", "somebody@example.org"});
    std::filesystem::create_directory(folder_ / "compositions");
    std::ofstream(folder_ / "compositions/a.composition") << "web x:1\n";
    git({"add", "."});
    git({"commit", "-q", "-m", "first"});
  }
  void git(std::vector<std::string> words) {
    words.insert(words.begin(), {"git", "-C", folder_.path()});
    const auto ended = run_and_collect(words);
    ASSERT_TRUE(ended) << ended.error().message;
    ASSERT_EQ(ended->status, 0) << ended->err;
  }
  TemporaryFolder folder_;
  Git git_{folder_.path()};
};

TEST_F(Repository, IsTaggedAndReadAsOfATag) {
  EXPECT_EQ(git_.commit_of("c_1").value(), std::nullopt);
  ASSERT_TRUE(git_.tag("c_1", "HEAD", "tested\n\nComposition: a"));
  const auto commit = git_.commit_of("c_1").value();
  ASSERT_TRUE(commit);
  EXPECT_EQ(commit->size(), 40U);
  EXPECT_EQ(git_.tag("c_1", "HEAD", "again").error().message, "git tag c_1: is there already, on " + *commit);
  git({"tag", "plain"});
  const auto tags = git_.tags().value();
  EXPECT_EQ(tags, (std::map<std::string, std::string>{{"c_1", "tested\n\nComposition: a\n"}, {"plain", "first\n"}}));
  EXPECT_EQ(git_.show("c_1", "compositions/a.composition").value(), "web x:1\n");
  EXPECT_EQ(Git(folder_ / "compositions").show("c_1", "a.composition").value(), "web x:1\n");
  EXPECT_EQ(git_.show("c_1", "none").error().code, Code::not_found);
}

TEST_F(Repository, SaysWhatGitSays) {
  EXPECT_EQ(git_.tag("c_1", "nowhere", "m").error().message, "git tag: fatal: Failed to resolve 'nowhere' as a valid ref.");
  const TemporaryFolder none;
  EXPECT_TRUE(Git(none.path()).tags().error().message.contains("not a git repository"));
  EXPECT_TRUE(Git(none.path()).commit_of("x").error().message.contains("not a git repository"));
}

}  // namespace
}  // namespace longshore::deployer
