#include "rotator/watch/folder_watch.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace longshore::rotator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Written = FolderWatch::Written;

void append(const std::string& path) { std::ofstream(path, std::ios::app) << "x" << std::flush << "y"; }

TEST(FolderWatch, TellsWhatIsWrittenOnceAndWhetherNamesChanged) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "b");
  append(folder / "one");
  append(folder / "b/two");
  FolderWatch watch;
  watch.watch({folder.path(), folder / "b"});
  EXPECT_THAT(watch.unwatched(), IsEmpty());
  append(folder / "b/two");
  append(folder / "one");
  append(folder / "one");
  auto changes = watch.read();
  EXPECT_FALSE(changes.names);
  EXPECT_THAT(changes.written, ElementsAre(Written{0, "one"}, Written{1, "two"}));
  EXPECT_THAT(watch.read().written, IsEmpty());
  append(folder / "new");
  EXPECT_TRUE(watch.read().names);
  std::filesystem::rename(folder / "new", folder / "other");
  EXPECT_TRUE(watch.read().names);
}

TEST(FolderWatch, FoldersComeGoAndChangePlaces) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b"}) std::filesystem::create_directories(folder / name);
  FolderWatch watch;
  watch.watch({folder / "a", folder / "b"});
  watch.watch({folder / "b", folder / "missing"});
  watch.read();
  EXPECT_THAT(watch.unwatched(), ElementsAre(1U));
  append(folder / "a/x");
  EXPECT_FALSE(watch.read().names);
  append(folder / "b/x");
  EXPECT_THAT(watch.read().written, ElementsAre(Written{0, "x"}));
  std::filesystem::remove_all(folder / "b");
  EXPECT_TRUE(watch.read().names);
  watch.watch({folder / "b"});
  EXPECT_THAT(watch.unwatched(), ElementsAre(0U));
  std::filesystem::create_directories(folder / "b");
  watch.watch({folder / "b"});
  append(folder / "b/y");
  EXPECT_THAT(watch.read().written, ElementsAre(Written{0, "y"}));
}

TEST(FolderWatch, WithoutInotifyEverythingIsToBePolled) {
  const TemporaryFolder folder;
  FolderWatch watch(false);
  watch.watch({folder.path()});
  EXPECT_EQ(watch.descriptor(), -1);
  EXPECT_THAT(watch.unwatched(), ElementsAre(0U));
  EXPECT_FALSE(watch.read().names);
}

}  // namespace
}  // namespace longshore::rotator
