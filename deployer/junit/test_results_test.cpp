#include "deployer/junit/test_results.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TestResults read(std::string_view xml) {
  auto results = read_test_results(xml, "f.xml");
  EXPECT_TRUE(results) << results.error().message;
  return results.value_or(TestResults{});
}
std::string why_not(std::string_view xml) {
  const auto results = read_test_results(xml, "f.xml");
  return results ? "accepted" : results.error().message;
}
using Names = std::vector<std::string>;

TEST(TestResults, OfGoogleTest) {
  const TestResults results = read(R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="1" disabled="1" errors="0" time="0.1" timestamp="2015-06-19T15:04:00.000" name="AllTests">
  <testsuite name="Web" tests="4" failures="1" disabled="1" skipped="1" errors="0" time="0.1">
    <testcase name="Answers" status="run" result="completed" time="0." classname="Web" />
    <testcase name="Fails" status="run" result="completed" classname="Web">
      <failure message="a&#x0A;b" type=""><![CDATA[f.cc:1 <x>]]></failure>
      <failure message="c" type=""><![CDATA[f.cc:2]]></failure>
    </testcase>
    <testcase name="DISABLED_Off" status="notrun" result="suppressed" classname="Web" />
    <testcase name="Skips" status="run" result="skipped" classname="Web"><skipped message="m"><![CDATA[m]]></skipped></testcase>
  </testsuite>
</testsuites>)");
  EXPECT_EQ(results.ran, 2U);
  EXPECT_EQ(results.skipped, 2U);
  EXPECT_EQ(results.failed, Names{"Web.Fails"});
  EXPECT_FALSE(results.green());
}

TEST(TestResults, OfPytest) {
  const TestResults results = read(
      R"(<?xml version="1.0" encoding="utf-8"?><testsuites><testsuite name="pytest" errors="1" failures="0" skipped="1" tests="3" time="0.02" )"
      R"(timestamp="2015-06-19T15:04:00" hostname="h"><testcase classname="t.test_a" name="test_good" time="0.001" />)"
      R"(<testcase classname="t.test_a" name="test_skip"><skipped type="pytest.skip" message="no">t.py:3: no</skipped></testcase>)"
      R"(<testcase classname="t.test_a" name="test_broken"><error message="failed on setup">E</error></testcase></testsuite></testsuites>)");
  EXPECT_EQ(results.ran, 2U);
  EXPECT_EQ(results.skipped, 1U);
  EXPECT_EQ(results.failed, Names{"t.test_a.test_broken"});
}

TEST(TestResults, OfSurefireWithATestThatWasGreenTheSecondTime) {
  const TestResults results = read(R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="https://maven.apache.org/x.xsd"
    version="3.0" name="org.example.ShopIT" time="0.08" tests="2" errors="0" skipped="0" failures="0" flakes="1">
  <properties><property name="java.version" value="17"/></properties>
  <testcase name="pays" classname="org.example.ShopIT" time="0.07"><flakyFailure message="m" type="T"><stackTrace>x</stackTrace></flakyFailure></testcase>
  <testcase name="lists" classname="org.example.ShopIT" time="0.01"/>
</testsuite>)");
  EXPECT_EQ(results.ran, 2U);
  EXPECT_TRUE(results.green());
}

TEST(TestResults, OfSuitesThatOnlyCountAreRedAsWell) {
  EXPECT_EQ(read(R"(<testsuites><testsuite name="a" tests="3" failures="2" errors="1"/></testsuites>)").failed,
            Names{"a: 3 failures and errors"});
  EXPECT_EQ(read(R"(<testsuites name="all" failures="1"><testsuite name="a"><testcase name="x"/></testsuite></testsuites>)")
                .failed,
            Names{"all: 1 failures and errors"});
  EXPECT_EQ(read(R"(<testsuite name="a" errors="1"><error message="collection"/><testcase name="x"/></testsuite>)").failed,
            Names{"a: error"});
}

TEST(TestResults, WithoutATestThatRanAreNotGreen) {
  EXPECT_FALSE(read("<testsuites/>").green());
  EXPECT_FALSE(read(R"(<testsuite tests="1"><testcase name="x"><skipped/></testcase></testsuite>)").green());
  EXPECT_TRUE(read(R"(<testsuite><testsuite name="nested"><testcase name="x"/></testsuite></testsuite>)").green());
}

TEST(TestResults, ThatCannotBeReadAreRefusedAtTheirPlace) {
  EXPECT_EQ(why_not(""), "f.xml:1:1: no element found: no results of JUnit's kind");
  EXPECT_EQ(why_not("<testsuites>\n<testcase name='x'/>"), "f.xml:2:21: no element found: no results of JUnit's kind");
  EXPECT_EQ(why_not("<html/>"), "f.xml:1:1: <html> is neither <testsuites> nor <testsuite>: no results of JUnit's kind");
  EXPECT_EQ(why_not("<testsuite failures='many'/>"),
            "f.xml:1:1: failures=\"many\" is no number: no results of JUnit's kind");
  EXPECT_EQ(why_not("<testsuite failures='-1'/>"), "f.xml:1:1: failures=\"-1\" is no number: no results of JUnit's kind");
  EXPECT_EQ(why_not("<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite/>"), "f.xml:1:13: a DOCTYPE: no results of JUnit's kind");
  EXPECT_EQ(why_not("{\"ok\":true}"), "f.xml:1:1: not well-formed (invalid token): no results of JUnit's kind");
}

}  // namespace
}  // namespace longshore::deployer
