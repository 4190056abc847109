#include "shipper/console/annotations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view kBegin =
    R"({"kind":"deploy","phase":"begin","environment":"prod","composition":"c_1","rollout":"r1","ttl":"30m","by":"deploy #42"})";

std::string error_of(std::string_view json) {
  const auto parsed = parse_annotation(json);
  EXPECT_FALSE(parsed) << json;
  return parsed ? "" : parsed.error().message;
}

TEST(Annotations, ABodyIsReadWithItsDefaults) {
  const auto begin = parse_annotation(kBegin);
  ASSERT_TRUE(begin) << begin.error().message;
  EXPECT_TRUE(begin->begins);
  EXPECT_EQ(begin->composition, "c_1");
  EXPECT_EQ(begin->ttl, 30min);
  const auto end =
      parse_annotation(R"({"kind":"deploy","phase":"end","environment":"prod","rollout":"r1","outcome":"succeeded"})");
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_FALSE(end->begins);
  EXPECT_EQ(end->ttl, 10min);
}

// As in deployer/marker/marker_test.cpp.
TEST(Annotations, WhatDeployerSendsIsTaken) {
  const auto begin =
      parse_annotation(R"x({"kind":"deploy","phase":"begin","environment":"prod","composition":"rc_1","rollout":"r7f3a",)x"
                       R"x("by":"deploy <42> & co","build_url":"https://jenkins.example/42/","ttl":"30m"})x");
  ASSERT_TRUE(begin) << begin.error().message;
  const auto end =
      parse_annotation(R"x({"kind":"deploy","phase":"end","environment":"prod","composition":"rc_1","rollout":"r7f3a",)x"
                       R"x("by":"deploy <42> & co","build_url":"https://jenkins.example/42/",)x"
                       R"x("outcome":"the canary failed and was rolled back"})x");
  ASSERT_TRUE(end) << end.error().message;
  Annotations board;
  board.apply(*begin, {});
  board.apply(*end, {});
  EXPECT_TRUE(board.empty());
}

TEST(Annotations, WhatIsWrongIsNamed) {
  EXPECT_THAT(error_of("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of("{"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of(R"({"kind":"deploy","fase":"begin"})"),
              HasSubstr("fase: there is no such member; there are kind, phase"));
  EXPECT_THAT(error_of(R"({"kind":"party"})"), HasSubstr("kind: must be \"deploy\""));
  EXPECT_THAT(error_of(R"({"kind":"deploy","phase":"middle"})"), HasSubstr("phase: must be"));
  EXPECT_THAT(error_of(R"({"kind":"deploy","phase":"begin"})"), HasSubstr("environment: is missing"));
  EXPECT_THAT(error_of(R"({"kind":"deploy","phase":"end","environment":"prod"})"), HasSubstr("rollout: is missing"));
  EXPECT_THAT(error_of(R"({"kind":"deploy","phase":"begin","environment":"prod","rollout":"r"})"),
              HasSubstr("composition: is missing"));
  EXPECT_THAT(error_of(R"({"ttl":10})"), HasSubstr("ttl: must be a string"));
  EXPECT_THAT(error_of(R"({"ttl":"10"})"), HasSubstr("ttl: "));
  EXPECT_THAT(error_of(R"({"ttl":"25h"})"), HasSubstr("at most 24h"));
  EXPECT_THAT(error_of(R"({"by":")" + std::string(513, 'x') + R"("})"), HasSubstr("by: longer than 512 bytes"));
  EXPECT_THAT(error_of(std::string(5000, ' ')), HasSubstr("longer than 4096 bytes"));
}

TEST(Annotations, ItsLineIsJsonAgain) {
  Annotation annotation = *parse_annotation(kBegin);
  annotation.by = "\"me\"\n";
  EXPECT_EQ(
      to_json(annotation, "begin"),
      R"({"kind":"deploy","phase":"begin","environment":"prod","composition":"c_1","rollout":"r1","by":"\"me\"\u000a"})");
}

TEST(Annotations, ADeployIsUnderWayUntilItsEndOrItsTimeHasPassed) {
  const base::Timestamp t0{1'000'000'000};
  Annotations board;
  EXPECT_TRUE(board.empty());
  const Annotation first{.environment = "prod", .composition = "c_1", .rollout = "r1"};
  const Annotation second{.environment = "other", .composition = "c_2", .rollout = "r1"};
  EXPECT_TRUE(board.apply(first, t0));
  EXPECT_TRUE(board.apply(second, t0 + 1min));
  EXPECT_EQ(board.status().size(), 2U);
  EXPECT_FALSE(board.apply(first, t0 + 5min)) << "more time";
  EXPECT_EQ(board.status().size(), 2U);
  EXPECT_TRUE(board.expire(t0 + 10min).empty());
  const auto over = board.expire(t0 + 11min);
  ASSERT_EQ(over.size(), 1U);
  EXPECT_EQ(over[0].environment, "other");
  EXPECT_EQ(board.status().at(0).composition, "c_1");
  EXPECT_EQ(board.status().at(0).since, "1970-01-01T00:00:01Z");
  EXPECT_EQ(board.status().at(0).until, "1970-01-01T00:15:01Z");
  Annotation end = first;
  end.begins = false;
  EXPECT_TRUE(board.apply(end, t0 + 12min));
  EXPECT_TRUE(board.empty());
  EXPECT_TRUE(board.apply(end, t0 + 13min)) << "of one that is not known here: before a restart it was";
  EXPECT_TRUE(board.expire(t0 + 60min).empty());
}

}  // namespace
}  // namespace longshore::shipper
