#include "deployer/service/interpolate.hpp"

#include <gmock/gmock.h>

#include <map>

namespace longshore::deployer::compose {
namespace {

using testing::HasSubstr;

// `-` before what is wrong.
std::string filled(const std::string& text) {
  static const std::map<std::string, std::string> variables{{"A", "a"}, {"EMPTY", ""}, {"B_2", "b"}, {"DOLLAR", "$A ${A}"}};
  const auto value = interpolate(text, [](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  return value ? *value : "-" + value.error().message;
}

TEST(Interpolate, TheWholeGrammar) {
  for (const auto& [text, value] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {"plain {} }", "plain {} }"},
           {"$A", "a"},
           {"$A.$B_2-$A", "a.b-a"},
           {"${A}1", "a1"},
           {"$$A $${A} $$$$", "$A ${A} $$"},
           {"$$$A", "$a"},
           {"${EMPTY}", ""},
           {"${A:-x}${A-x}", "aa"},
           {"${EMPTY:-x}|${EMPTY-x}", "x|"},
           {"${NONE:-x}|${NONE-x}|${NONE:-}", "x|x|"},
           {"${A:+x}${A+y}", "xy"},
           {"${EMPTY:+x}|${EMPTY+x}", "|x"},
           {"${NONE:+x}|${NONE+x}", "|"},
           {"${A:?why}${A?why}${EMPTY?why}", "aa"},
           {"${NONE:-${EMPTY:-${A}}}", "a"},
           {"${NONE:-$A-$$}", "a-$"},
           {"${NONE:-{\"x\": {\"y\": 1}}}", "{\"x\": {\"y\": 1}}"},
           {"${A:-${NONE:?not looked at}}", "a"},
           {"${NONE:+${ALSO_NONE}}", ""},
           {"${NONE:-a:b-c?d+e}", "a:b-c?d+e"},
           {"$DOLLAR", "$A ${A}"},
       })
    EXPECT_EQ(filled(text), value) << text;
}

TEST(Interpolate, WhatIsWrong) {
  for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{
           {"$NONE", "variable \"NONE\" is not set: set it, or write ${NONE-}"},
           {"${NONE}", "variable \"NONE\" is not set"},
           {"${NONE:-$ALSO}", "variable \"ALSO\" is not set"},
           {"${NONE:?give me $A}", "variable \"NONE\" is not set: give me a"},
           {"${EMPTY:?}", "variable \"EMPTY\" is empty: it must be given"},
           {"100$", "begins no variable: write $$"},
           {"$1", "begins no variable"},
           {"${}", "begins no variable"},
           {"${1A}", "begins no variable"},
           {"${A", "has ${A with no }"},
           {"${A=b}", "has ${A with no }"},
           {"${A:-b", "has a ${ without its }"},
           {"${A:-${NONE:-x}", "has a ${ without its }"},
       })
    EXPECT_THAT(filled(text), HasSubstr(what)) << text;
}

TEST(Interpolate, NestingAndLengthHaveLimits) {
  std::string deep;
  for (int i = 0; i < 17; ++i) deep = "${N:-" + deep + "}";
  EXPECT_THAT(filled(deep), HasSubstr("deeper than 16"));
  EXPECT_THAT(filled("$A " + std::string(128 << 10, 'x') + "$A"), HasSubstr("longer than 128 KiB"));
}

}  // namespace
}  // namespace longshore::deployer::compose
