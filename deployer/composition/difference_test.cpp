#include "deployer/composition/difference.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

const std::string kA = "sha256:" + std::string(64, 'a'), kB = "sha256:" + std::string(64, 'b');

Composition plain(std::string_view text, std::string_view name = "c_20150619_1504") {
  return read_composition(text, name, "f").value();
}

std::string told(const Composition& from, const Composition& to) {
  std::string all;
  for (const VersionChange& change : difference(from, to)) all += describe(change) + "\n";
  return all;
}

TEST(Difference, NamesWhatIsAddedRemovedAndOfAnotherVersionOrRepository) {
  EXPECT_EQ(told(plain("a x:1\nb x:1\nc x:1\nd r.example/x:1"), plain("e x:1\nd s.example/x:1\nc x:2\na x:1")),
            "b  removed: x:1\nc  1 -> 2\nd  r.example/x:1 -> s.example/x:1\ne  added: x:1\n");
  EXPECT_EQ(told(plain("a x:1\nb y:1"), plain("b y:1\na x:1")), "");
}

TEST(Difference, NamesATagThatMovedWhereBothAreLocked) {
  const auto locked = [](const std::string& digest) { return read_lock("web x:1@" + digest, "x", "f").value(); };
  EXPECT_EQ(told(locked(kA), locked(kB)), "web  1 moved: " + kA + " -> " + kB + "\n");
  EXPECT_EQ(told(locked(kA), locked(kA)), "");
  EXPECT_EQ(told(plain("web x:1"), locked(kB)), "");
}

TEST(Difference, IsAlsoJson) {
  const Composition from = plain("a x:1\nb x:1", "c_1"), to = plain("b x:2\nc y:1", "c_2");
  EXPECT_EQ(difference_json(from, to, difference(from, to)),
            R"({"from":"c_1","to":"c_2","changes":[{"component":"a","change":"removed","from":"x:1","to":null},)"
            R"({"component":"b","change":"version","from":"x:1","to":"x:2"},)"
            R"({"component":"c","change":"added","from":null,"to":"y:1"}]})"
            "\n");
  EXPECT_EQ(difference_json(from, from, {}), "{\"from\":\"c_1\",\"to\":\"c_1\",\"changes\":[]}\n");
}

}  // namespace
}  // namespace longshore::deployer
