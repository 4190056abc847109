#include "common/config/value.hpp"

#include <gtest/gtest.h>

#include "common/config/outside_for_test.hpp"
#include "common/config/yaml.hpp"

namespace longshore::config {
namespace {

using namespace std::chrono_literals;

// The value read from YAML and printed again, or what is wrong.
template <class V>
std::string read(const std::string& yaml) {
  Problems problems("t");
  const auto node = parse_yaml(yaml, problems);
  const Outside outside = outside_for_test();
  V value{};
  if (node && Value<V>::read(Spot(*node, "x", problems, outside), value)) {
    EXPECT_EQ(problems.text(), "");
    return Value<V>::print(value);
  }
  return problems.text();
}

TEST(Value, ASizeNeedsItsUnitAndPrintsInTheLargestThatIsExact) {
  EXPECT_EQ(read<base::Bytes>("64MiB"), "64MiB");
  EXPECT_EQ(read<base::Bytes>("1024KiB"), "1MiB");
  EXPECT_EQ(read<base::Bytes>("5000000B"), "5MB");
  EXPECT_EQ(read<base::Bytes>("0B"), "0B");
  EXPECT_EQ(read<base::Bytes>("'64'"), "t:1:1: x: \"64\" needs a unit, e.g. \"64MiB\"");
  EXPECT_EQ(read<base::Bytes>("64 MiB"), "t:1:1: x: \"64 MiB\" has an unknown unit \" MiB\" (B, kB, MB, GB, KiB, MiB, GiB)");
  EXPECT_EQ(read<base::Bytes>("[1B]"), "t:1:1: x: needs a size, e.g. \"64MiB\", not a list");
}

TEST(Value, ADurationNeedsItsUnit) {
  EXPECT_EQ(read<base::Duration>("90s"), "1m30s");
  EXPECT_EQ(read<base::Duration>("30"), "t:1:1: x: \"30\" needs a unit, e.g. \"30s\"");
  EXPECT_EQ(read<base::Duration>("-1s"), "t:1:1: x: \"-1s\" is not a duration, e.g. \"30s\"");
  EXPECT_EQ(read<base::Duration>("~"), "t:1:1: x: needs a duration, e.g. \"30s\", not nothing");
}

TEST(Value, ANumberIsWholeAndFitsItsType) {
  EXPECT_EQ(read<std::uint32_t>("4294967295"), "4294967295");
  EXPECT_EQ(read<std::uint32_t>("4294967296"), "t:1:1: x: 4294967296 is not between 0 and 4294967295");
  EXPECT_EQ(read<std::uint32_t>("-1"), "t:1:1: x: -1 is not between 0 and 4294967295");
  EXPECT_EQ(read<std::int32_t>("-7"), "-7");
  EXPECT_EQ(read<std::uint64_t>("99999999999999999999"),
            "t:1:1: x: 99999999999999999999 is not between 0 and 9223372036854775807");
  EXPECT_EQ(read<std::uint32_t>("4k"), "t:1:1: x: \"4k\" is not a whole number");
  EXPECT_EQ(read<std::uint32_t>("1.5"), "t:1:1: x: \"1.5\" is not a whole number");
  EXPECT_EQ(read<std::uint32_t>("''"), "t:1:1: x: \"\" is not a whole number");
}

TEST(Value, ANumberMayHaveDecimalsWhereItSaysSo) {
  EXPECT_EQ(read<double>("0.01"), "0.01");
  EXPECT_EQ(read<double>("3"), "3");
  EXPECT_EQ(read<double>("-1.5e2"), "-150");
  EXPECT_EQ(read<double>("1,5"), "t:1:1: x: \"1,5\" is not a number, e.g. 1.5");
  EXPECT_EQ(read<double>("nan"), "t:1:1: x: \"nan\" is not a number, e.g. 1.5");
  EXPECT_EQ(read<double>("''"), "t:1:1: x: \"\" is not a number, e.g. 1.5");
}

TEST(Value, TrueAndFalseAreTheOnlyTruths) {
  EXPECT_EQ(read<bool>("true"), "true");
  EXPECT_EQ(read<bool>("false"), "false");
  EXPECT_EQ(read<bool>("yes"), "t:1:1: x: \"yes\" is not true or false");
}

TEST(Value, ListsAndMapsTellWhichItemIsWrong) {
  EXPECT_EQ(read<std::vector<std::string>>("[a, 'b c', '']"), "[a, \"b c\", \"\"]");
  EXPECT_EQ(read<std::vector<std::string>>("[a, {b: c}, []]"),
            "t:1:5: x[1]: needs a text, not a map\nt:1:13: x[2]: needs a text, not a list");
  EXPECT_EQ(read<std::vector<std::string>>("a"), "t:1:1: x: needs a list, e.g. [a, b], not a single value");
  EXPECT_EQ(read<TextPairs>("{b: 1, a: 'x: y'}"), "{b: \"1\", a: \"x: y\"}");
  EXPECT_EQ(read<TextPairs>("{b: [1]}"), "t:1:5: x.b: needs a text, not a list");
  EXPECT_EQ((read<std::map<std::string, std::string>>("{b: c, a: d}")), "{a: d, b: c}");
}

TEST(Value, PrintedTextReadsBackTheSame) {
  for (const std::string text :
       {"plain", "/a/b-c_d.e", "- a",      "a: b",         "a #b", "~", "null", "NULL", "true", "12", "1e3", ".5", "-",
        "'",     "\"",         "\\",       "a\nb",         "\t",   "{", "[x]",  "*",    "&a",   "!t", "%",   "@",  "`",
        "grüß",  " a ",        "\xc2\x85", "\xe2\x80\xa8", "\x7f"}) {
    EXPECT_EQ(read<std::string>(print_text(text)), Value<std::string>::print(text)) << text;
    Problems problems("t");
    const auto node = parse_yaml("[" + print_text(text) + "]", problems);
    ASSERT_TRUE(node) << problems.text();
    EXPECT_EQ(node->list.at(0).scalar, text);
  }
}

}  // namespace
}  // namespace longshore::config
