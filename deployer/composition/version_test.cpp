#include "deployer/composition/version.hpp"

#include <gtest/gtest.h>

#include "deployer/composition/image.hpp"

namespace longshore::deployer {
namespace {

TEST(Stamp, IsADateAndATimeThatExist) {
  for (const char* good : {"20150619_1504", "20240229_0000", "20001231_2359", "20000229_1200"})
    EXPECT_TRUE(is_stamp(good)) << good;
  for (const char* bad : {"", "2.6.12", "20150619", "20150619-1504", "20150619_15041", "20150619_150", "20151319_1504",
                          "20150632_1504", "20150229_1504", "21000229_1504", "20150619_2404", "20150619_1560",
                          "2015o619_1504", "20150600_1504", "c_20150619_1504"})
    EXPECT_FALSE(is_stamp(bad)) << bad;
}

TEST(Version, TellsOfWhichKindATagIs) {
  EXPECT_EQ(read_version("20150619_1504").kind, VersionKind::stamp);
  EXPECT_EQ(read_version("c_20150619_1504").kind, VersionKind::composition);
  EXPECT_EQ(read_version("rc_20150619_1504").kind, VersionKind::candidate);
  EXPECT_EQ(read_version("rc_20150619_1504").stamp, "20150619_1504");
  for (const char* other : {"2.6.12", "rc_1", "c_20150619", "xc_20150619_1504", ""})
    EXPECT_EQ(read_version(other).kind, VersionKind::supplier);
}

TEST(CompositionName, IsGoodAsAFileAGitTagAndADockerTag) {
  for (const char* good : {"c_20150619_1504", "rc_20150619_1504", "shop", "a.b-c", "_x"})
    EXPECT_TRUE(is_composition_name(good)) << good;
  for (const char* bad : {"", ".", "a..b", "a.", "x.lock", "-x", ".x", "a/b", "a b", "a\n"})
    EXPECT_FALSE(is_composition_name(bad)) << bad;
  EXPECT_FALSE(is_composition_name(std::string(129, 'x')));
}

}  // namespace
}  // namespace longshore::deployer
