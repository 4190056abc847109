#include "rules/alert/template.hpp"

#include <gtest/gtest.h>

#include <map>

namespace longshore::rules {
namespace {

std::string filled(std::string_view text, const std::map<std::string, std::string>& values, std::size_t most = 1000) {
  return Template::parse(text).value().fill(
      [&](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(std::string(name));
        return found == values.end() ? std::nullopt : std::optional(found->second);
      },
      most);
}

TEST(Template, NamesAreReplacedByTheirValues) {
  EXPECT_EQ(filled("{count} from {cap.ip}!", {{"count", "20"}, {"cap.ip", "192.0.2.7"}}), "20 from 192.0.2.7!");
  EXPECT_EQ(filled("plain", {}), "plain");
  EXPECT_EQ(filled("", {}), "");
}

TEST(Template, AValueThatIsNotThereIsADash) { EXPECT_EQ(filled("user {cap.user}", {}), "user -"); }

TEST(Template, ABraceIsWrittenTwiceToStandForItself) {
  EXPECT_EQ(filled("{{\"a\": {count}}}", {{"count", "1"}}), "{\"a\": 1}");
}

TEST(Template, AValueIsNotReadAsATemplate) { EXPECT_EQ(filled("{a}", {{"a", "{count}"}}), "{count}"); }

TEST(Template, AValueCannotForgeALineAndIsAlwaysText) {
  EXPECT_EQ(filled("{a}\n.", {{"a", "x\ny\x1B[0m\x7F\xFF"}}), "x y [0m \xEF\xBF\xBD\n.");
}

TEST(Template, TheTextIsCutBetweenCharacters) {
  EXPECT_EQ(filled("{a}", {{"a", std::string(100, 'x')}}, 10), "xxxxxxx…");
  EXPECT_EQ(filled("{a}", {{"a", "1234üü"}}, 8), "1234üü");
  EXPECT_EQ(filled("{a}{a}", {{"a", "12ü"}}, 7), "12ü…");
}

TEST(Template, WhatIsWrongIsSaidWithItsPlace) {
  const auto said = [](std::string_view text) {
    const TemplateProblem problem = Template::parse(text).error();
    return std::to_string(problem.at) + ": " + problem.what;
  };
  EXPECT_EQ(said("a {count"), "2: \"{\" is not closed; to stand for itself it is written twice");
  EXPECT_EQ(said("{a{b}"), "0: \"{\" is not closed; to stand for itself it is written twice");
  EXPECT_EQ(said("a } b"), "2: \"}\" closes nothing; to stand for itself it is written twice");
  EXPECT_EQ(said("abc {}"), "4: a name is missing between { and }, e.g. {count}");
}

TEST(Template, PiecesKnowWhereTheyBegin) {
  const auto parsed = Template::parse("ab {count} {x}").value();
  ASSERT_EQ(parsed.pieces().size(), 4U);
  EXPECT_EQ(parsed.pieces()[1].at, 4U);
  EXPECT_EQ(parsed.pieces()[3].at, 12U);
}

}  // namespace
}  // namespace longshore::rules
