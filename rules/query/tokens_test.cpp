#include "rules/query/tokens.hpp"

#include <gtest/gtest.h>

namespace longshore::rules {
namespace {

std::string tokens(std::string_view text) {
  std::string out;
  std::size_t at = 0;
  for (std::string_view token = next_token(text, at); !token.empty(); token = next_token(text, at))
    out += "[" + std::string(token) + "]";
  return out;
}

TEST(Tokens, LettersDigitsAndBytesAbove127StandTogether) {
  EXPECT_EQ(tokens("GET /api/v2?id=17&q=caf\xC3\xA9 200"), "[GET][api][v2][id][17][q][caf\xC3\xA9][200]");
  EXPECT_EQ(tokens("a_b-c.d"), "[a][b][c][d]");
  EXPECT_EQ(tokens("  ... "), "");
  EXPECT_EQ(tokens("x"), "[x]");
}

TEST(Tokens, CaseIsAsciis) {
  EXPECT_EQ(lower("AbZ\xC3\x84"), "abz\xC3\x84");
  EXPECT_TRUE(equal_ignoring_case("OoM", "oom"));
  EXPECT_FALSE(equal_ignoring_case("oom", "oo"));
}

}  // namespace
}  // namespace longshore::rules
