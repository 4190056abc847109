#include "deployer/commands/composition_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deployer/process/process.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

// A repository, and we are in it: as users are.
class CompositionFiles : public ::testing::Test {
 protected:
  CompositionFiles() : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder_.path());
    std::filesystem::create_directory("compositions");
    git({"init", "-q"});
    git({"config", "user.name", "Somebody"});
    git({"config", "user.email", "somebody@example.org"});
  }
  ~CompositionFiles() override { std::filesystem::current_path(before_); }
  static void git(std::vector<std::string> words) {
    words.insert(words.begin(), "git");
    const auto ended = run_and_collect(words);
    ASSERT_TRUE(ended) << ended.error().message;
    ASSERT_EQ(ended->status, 0) << ended->err;
  }
  static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
  static void commit() {
    git({"add", "."});
    git({"commit", "-q", "-m", "m"});
  }
  TemporaryFolder folder_;
  std::filesystem::path before_;
};

TEST_F(CompositionFiles, AreFoundByPathAndByName) {
  write("compositions/c_20150619_1504.composition", "web x:1\n");
  for (const char* what : {"c_20150619_1504", "compositions/c_20150619_1504.composition"}) {
    const auto found = find_composition(what, "compositions");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->composition.name, "c_20150619_1504");
    EXPECT_FALSE(found->lock);
  }
  EXPECT_EQ(find_locked("c_20150619_1504", "compositions").error().message,
            "compositions/c_20150619_1504.composition is not locked: there is no "
            "compositions/c_20150619_1504.composition.lock; `deployer "
            "resolve` writes it");
  write("compositions/c_20150619_1504.composition.lock", "web x:1@" + kDigest + "\n");
  EXPECT_EQ(find_locked("c_20150619_1504", "compositions")->components[0].image.digest, kDigest);
  std::filesystem::copy("compositions/c_20150619_1504.composition.lock", "compositions/alone.composition.lock");
  EXPECT_EQ(find_locked("compositions/alone.composition.lock", "x")->components[0].image.digest, kDigest);
  write("compositions/c_20150619_1504.composition.lock", "web x:2@" + kDigest + "\n");
  EXPECT_EQ(find_locked("c_20150619_1504", "compositions").error().code, base::Code::invalid);
  EXPECT_EQ(composition_names("compositions").value(), std::vector<std::string>{"c_20150619_1504"});
  EXPECT_EQ(composition_names("none").value(), std::vector<std::string>{});
}

TEST_F(CompositionFiles, AreFoundAsOfAGitTag) {
  write("compositions/c_20150619_1504.composition", "web x:1\n");
  write("compositions/c_20150619_1504.composition.lock", "web x:1@" + kDigest + "\n");
  commit();
  git({"tag", "-a", "-m", "m", "c_20150619_1504"});
  git({"tag", "-a", "-m", "tested\n\nComposition: c_20150619_1504", "rc_20150619_1504"});
  git({"tag", "-a", "-m", "m", "rc_20150619_1505"});
  std::filesystem::remove_all("compositions");
  EXPECT_TRUE(find_composition("c_20150619_1504", folder_ / "compositions"));
  for (const char* name : {"c_20150619_1504", "rc_20150619_1504"}) {
    const auto found = find_composition(name, "compositions");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->composition.name, name);
    EXPECT_EQ(found->lock->components[0].image.digest, kDigest);
    EXPECT_EQ(found->file, std::string(name) + ":compositions/c_20150619_1504.composition");
  }
  EXPECT_EQ(find_composition("rc_20150619_1505", "compositions").error().message,
            "the git tag rc_20150619_1505 has no compositions/rc_20150619_1505.composition");
}

TEST_F(CompositionFiles, ThatAreNowhereAreNamed) {
  EXPECT_EQ(find_composition("c_1", "compositions").error().message,
            "there is no compositions/c_1.composition, and no git tag c_1");
  EXPECT_EQ(find_composition("a/b", "compositions").error().message,
            "\"a/b\" is neither the path of a NAME.composition nor a composition's name");
  EXPECT_EQ(find_composition("./a.composition", "x").error().code, base::Code::not_found);
}

TEST_F(CompositionFiles, AreWrittenWholeWithNothingLeftBeside) {
  ASSERT_TRUE(write_file("compositions/x", "first"));
  ASSERT_TRUE(write_file("compositions/x", "2nd"));
  EXPECT_EQ(read_file("compositions/x").value(), "2nd");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator("compositions"), {}), 1);
  EXPECT_EQ(write_file("none/x", "").error().code, base::Code::not_found);
  EXPECT_EQ(read_file("compositions/none").error().code, base::Code::not_found);
}

}  // namespace
}  // namespace longshore::deployer
