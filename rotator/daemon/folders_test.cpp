#include "rotator/daemon/folders.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>

#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class Folders : public ::testing::Test {
 protected:
  void make(const std::string& name) const { std::filesystem::create_directories(folder / name); }
  void link(const std::string& to, const std::string& name) const {
    std::filesystem::create_directory_symlink(to, folder / name);
  }
  std::vector<std::string> find(const std::string& pattern, std::size_t most = 1000) const {
    std::vector<std::string> names;
    for (const std::string& path : find_folders(folder / pattern, most).folders)
      names.push_back(path.size() > folder.path().size() ? path.substr(folder.path().size() + 1) : "");
    return names;
  }
  TemporaryFolder folder;
};

TEST_F(Folders, OneComponentAndAny) {
  for (const char* name : {"a/logs", "b/logs", "b/other", "c/d/logs", ".hidden/logs"}) make(name);
  EXPECT_THAT(find("*/logs"), ElementsAre("a/logs", "b/logs"));
  EXPECT_THAT(find("[ab]/*"), ElementsAre("a/logs", "b/logs", "b/other"));
  EXPECT_THAT(find("**/logs"), ElementsAre("a/logs", "b/logs", "c/d/logs"));
  EXPECT_THAT(find("c/**"), ElementsAre("c", "c/d", "c/d/logs"));
  EXPECT_THAT(find(".h*/*"), ElementsAre(".hidden/logs"));
  EXPECT_THAT(find("nothing/*"), IsEmpty());
  EXPECT_THAT(find_folders(folder / "c/*/logs").parents, ElementsAre(folder / "c"));
}

TEST_F(Folders, LinksThatLeadInCirclesCostNothing) {
  make("a");
  for (int i = 0; i < 50; ++i) link(".", "a/loop" + std::to_string(i));
  link("..", "a/up");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(find("a/*/*/*/*/*/*/*/*").size(), 2U);  // itself, and what `up` leads to, by one name each
  EXPECT_THAT(find("**"), UnorderedElementsAre("", "a"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
}

TEST_F(Folders, ADeepTreeAndAWideOneHaveTheirEnds) {
  std::string deep = "x";
  for (int i = 0; i < 100; ++i) deep += "/x";
  make(deep);
  EXPECT_EQ(find("**").size(), 33U);
  for (int i = 0; i < 60; ++i) make("wide/" + std::to_string(i));
  const FoundFolders some = find_folders(folder / "wide/**", 20);
  EXPECT_LE(some.folders.size(), 21U);
  EXPECT_THAT(some.problem, HasSubstr("narrow the pattern"));
  EXPECT_THAT(find_folders(folder / "wide/**").problem, IsEmpty());
}

}  // namespace
}  // namespace longshore::rotator
