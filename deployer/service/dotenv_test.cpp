#include "deployer/service/dotenv.hpp"

#include <gmock/gmock.h>

namespace longshore::deployer::compose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

std::optional<std::string> outside(const std::string& name) {
  return name == "HERE" ? std::optional<std::string>("from here") : std::nullopt;
}

Variables good(std::string_view text, DotenvFormat format = DotenvFormat::compose) {
  auto read = read_dotenv(text, "x.env", outside, format);
  EXPECT_TRUE(read) << (read ? "" : read.error().message);
  return read.value_or(Variables());
}

std::string problem(std::string_view text) {
  const auto read = read_dotenv(text, "x.env", outside);
  return read ? "" : read.error().message;
}

TEST(Dotenv, LinesOfNamesAndValues) {
  EXPECT_THAT(good("A=1\n\n  # a comment\nexport B = two words  \r\nC=\nD: yaml's way\nE=a=b # comment\nF=a#b\nHERE\nG=#x"),
              ElementsAre(Pair("A", "1"), Pair("B", "two words"), Pair("C", ""), Pair("D", "yaml's way"), Pair("E", "a=b"),
                          Pair("F", "a#b"), Pair("HERE", "from here"), Pair("G", "")));
  EXPECT_THAT(good(""), ElementsAre());
}

TEST(Dotenv, Quotes) {
  EXPECT_THAT(good("A='$X \\n # \"'\nB=\"a\\n\\\"b\\\" \\$X \\q\" # comment\nC='two\nlines'\nD=\"x\ny\"\nE=it's\n"),
              ElementsAre(Pair("A", "$X \\n # \""), Pair("B", "a\n\"b\" $X \\q"), Pair("C", "two\nlines"), Pair("D", "x\ny"),
                          Pair("E", "it's")));
}

TEST(Dotenv, VariablesOfLinesAboveStandBeforeThoseFromHere) {
  EXPECT_THAT(good("A=$HERE\nHERE=x\nB=\"${HERE}-${NONE:-d}\"\nHERE=y\nC=$HERE$$\n"),
              ElementsAre(Pair("A", "from here"), Pair("HERE", "x"), Pair("B", "x-d"), Pair("HERE", "y"), Pair("C", "y$")));
}

TEST(Dotenv, RawValuesStandAsTheyAre) {
  EXPECT_THAT(good("A='$X' # no comment\nB=a:b\n", DotenvFormat::raw),
              ElementsAre(Pair("A", "'$X' # no comment"), Pair("B", "a:b")));
}

TEST(Dotenv, MistakesHaveTheirLineAndNoValues) {
  const std::string all = problem("A=$secretNONE\n1X=secret\nB=\"secret\nC='x' secret\nGONE\nbad \xff\n");
  EXPECT_THAT(all, HasSubstr("x.env:1:1: variable \"secretNONE\" is not set"));
  EXPECT_THAT(all, HasSubstr("x.env:2:1: is no NAME=VALUE"));
  EXPECT_THAT(problem("B=\"secret\nC=2\n"), HasSubstr("x.env:1:1: has a \" without its end"));
  EXPECT_THAT(problem("C='secret' secret"), HasSubstr("x.env:1:1: has something behind its closing quote"));
  EXPECT_THAT(problem("\n\nGONE\n"), HasSubstr("x.env:3:1: \"GONE\" has no value"));
  EXPECT_THAT(problem("A=\xff"), HasSubstr("is not text in UTF-8"));
  EXPECT_THAT(problem("A=se$cret!$"), Not(HasSubstr("se$")));
}

}  // namespace
}  // namespace longshore::deployer::compose
