#include "deployer/service/words.hpp"

#include <gmock/gmock.h>

namespace longshore::deployer::compose {
namespace {

using testing::ElementsAre;

TEST(Words, AsAShellSplits) {
  EXPECT_THAT(split_words("a  b\tc\n").value(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split_words(R"(sh -c 'echo "$HOME"; x' "a \" b" c\ d e"f"'g' "" \\)").value(),
              ElementsAre("sh", "-c", R"(echo "$HOME"; x)", R"(a " b)", "c d", "efg", "", "\\"));
  EXPECT_THAT(split_words(R"("a\nb" '\')").value(), ElementsAre("a\\nb", "\\"));
  EXPECT_THAT(split_words("  ").value(), ElementsAre());
}

TEST(Words, AQuoteNeedsItsEnd) {
  EXPECT_FALSE(split_words("a 'b"));
  EXPECT_FALSE(split_words("\"a\\\""));
}

}  // namespace
}  // namespace longshore::deployer::compose
