#include "rules/file/scalar_place.hpp"

#include <gtest/gtest.h>

#include <string>

#include "common/config/yaml.hpp"

namespace longshore::rules {
namespace {

// For a file whose first value holds '@' once: whether the place that is told for it is where it stands in the file.
void expect_found(const std::string& file) {
  config::Problems problems("f");
  const auto root = config::parse_yaml(file, problems);
  ASSERT_TRUE(root) << problems.text();
  const config::Node& value = root->map.at(0).value;
  const std::size_t offset = value.scalar.find('@');
  ASSERT_NE(offset, std::string::npos) << file;
  const config::Place place = scalar_place(file, value.place, offset);
  std::size_t line = 1, begin = 0;
  const std::size_t at = file.find('@');
  for (std::size_t i = 0; i < at; ++i)
    if (file[i] == '\n') {
      ++line;
      begin = i + 1;
    }
  EXPECT_EQ(place.line, line) << file;
  EXPECT_EQ(place.column, at - begin + 1) << file;
}

TEST(ScalarPlace, IsExactInAPlainText) {
  expect_found("match: a b @ c");
  expect_found("match: &name a @ c");
  expect_found("{match: a @ c}");
}

TEST(ScalarPlace, IsExactInQuotedTexts) {
  expect_found("match: 'it''s @'");
  expect_found("match: 'a @'");
  expect_found(R"(match: "a \"b\" \\ \t \x41 \u00e9 \U0001F600 \L @")");
  expect_found("match: \"ü @\"");
}

TEST(ScalarPlace, IsExactInTextsOverSeveralLines) {
  expect_found("match: a\n  b\n  c @\n");
  expect_found("match: 'a\n  b\n\n\n  c @'\n");
  expect_found("match: \"a\n  b \\\n  c @\"\n");
}

TEST(ScalarPlace, IsExactInBlocks) {
  expect_found("match: |\n  a b\n  c @ d\n");
  expect_found("match: |-\n\n    a b\n      c @ d\n");
  expect_found("match: |2\n    a\n    @\n");
  expect_found("match: >\n  a b\n  c @ d\n");
}

TEST(ScalarPlace, IsTheBeginningWhereNothingElseIsKnown) {
  EXPECT_EQ(scalar_place("a", {5, 9}, 3).line, 5U);
  EXPECT_EQ(scalar_place("", {1, 1}, 0).column, 1U);
  EXPECT_EQ(scalar_place("'abc'", {1, 1}, 100).column, 5U);
  EXPECT_EQ(scalar_place("|\n", {1, 1}, 100).line, 2U);
}

}  // namespace
}  // namespace longshore::rules
