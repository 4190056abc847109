#include "common/docker/engine_api.hpp"

#include <gmock/gmock.h>

namespace longshore::docker {
namespace {

using base::Code;
using testing::HasSubstr;

TEST(EngineApi, TheVersionThatBothSpeak) {
  EXPECT_EQ(negotiate("1.41"), (ApiVersion{1, 41}));
  EXPECT_EQ(negotiate("1.56"), kNewestApi);
  for (const char* text : {"", "1", "1.", ".41", "1.41 ", "one", "99999999999.1", "0.9", "1.12"})
    EXPECT_EQ(negotiate(text), kOldestApi) << text;
  EXPECT_EQ(with_version({1, 41}, "/info"), "/v1.41/info");
}

TEST(EngineApi, AnswersThatAreErrors) {
  const auto code_of = [](int status, std::string_view body) { return check_answer(status, body).error().code; };
  EXPECT_TRUE(check_answer(204, ""));
  EXPECT_TRUE(check_answer(304, ""));
  EXPECT_EQ(code_of(404, R"({"message":"No such container: x"})"), Code::not_found);
  EXPECT_THAT(check_answer(404, R"({"message":"No such container: x"})").error().message,
              HasSubstr("404: No such container: x"));
  EXPECT_EQ(code_of(409, "{}"), Code::exists);
  EXPECT_EQ(code_of(403, "<html>"), Code::permission);
  EXPECT_EQ(code_of(500, ""), Code::unavailable);
  EXPECT_EQ(code_of(400, R"({"message":"Invalid signal: NOSUCH"})"), Code::invalid);
  EXPECT_EQ(code_of(500, R"({"message":"driver failed programming external connectivity on endpoint p2 (b1b5): )"
                         R"(Bind for 0.0.0.0:8080 failed: port is already allocated"})"),
            Code::exists);
  EXPECT_EQ(code_of(500, R"({"message":"mkdir /var/lib/docker/overlay2/x: no space left on device"})"), Code::exhausted);
}

TEST(EngineApi, AMessageIsNoLongerThanAPersonReads) {
  EXPECT_EQ(message_of("404 page not found\n"), "404 page not found");
  EXPECT_EQ(message_of(R"({"message":""})"), R"({"message":""})");
  EXPECT_EQ(message_of(std::string(10'000, 'x')).size(), 500U);
}

TEST(EngineApi, WhatADaemonSaysOfItself) {
  const auto info = read_engine_info(R"({"Version":"20.10.24+dfsg1","ApiVersion":"1.41","Arch":"amd64"})",
                                     R"({"DockerRootDir":"/var/lib/docker","SystemTime":"2026-11-27T13:46:55.578224715Z"})");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->docker_version, "20.10.24+dfsg1");
  EXPECT_EQ(info->architecture, "amd64");
  EXPECT_EQ(info->root, "/var/lib/docker");
  EXPECT_EQ(base::format_rfc3339(info->clock, 9), "2026-11-27T13:46:55.578224715Z");
  EXPECT_EQ(read_engine_info("[]", "{}").error().code, Code::corrupt);
  EXPECT_EQ(read_engine_info("{}", "").error().code, Code::corrupt);
}

}  // namespace
}  // namespace longshore::docker
