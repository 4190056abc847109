#include "common/docker/engine.hpp"

#include <gmock/gmock.h>

#include "common/docker/engine_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using testing::ElementsAre;

TEST(EngineApi, Requests) {
  EXPECT_EQ(list_containers({}).target, "/v1.24/containers/json");
  EXPECT_EQ(list_containers({"a.b=c \"d\"", "e"}).target,
            "/v1.24/containers/json?filters=%7B%22label%22%3A%5B%22a.b%3Dc%20%5C%22d%5C%22%22%2C%22e%22%5D%7D");
  EXPECT_EQ(kill_container("web/../x", "USR1").target, "/v1.24/containers/web%2F..%2Fx/kill?signal=USR1");
  EXPECT_EQ(pause_container("w").target, "/v1.24/containers/w/pause");
  EXPECT_EQ(unpause_container("w").target, "/v1.24/containers/w/unpause");
  EXPECT_EQ(unpause_container("w").method, "POST");
}

TEST(EngineApi, ContainersOfAList) {
  const auto containers = read_containers(
      R"([{"Id":"abc","Names":["/web"],"State":"running","Labels":{"a":"b","c":""},"Ports":[]},{"Id":"def","Names":[],"State":"paused"}])");
  ASSERT_TRUE(containers);
  ASSERT_EQ(containers->size(), 2U);
  EXPECT_EQ((*containers)[0].name, "web");
  EXPECT_EQ((*containers)[0].labels.at("a"), "b");
  EXPECT_EQ((*containers)[1].state, "paused");
  for (const char* body : {"", "{}", "[1]", "[{\"Id\":3}]", "[{}]", "{\"message\":\"x\"}"})
    EXPECT_EQ(read_containers(body).error().code, Code::corrupt) << body;
}

TEST(EngineApi, WhatHappenedToAContainer) {
  EXPECT_EQ(
      pause_events("ab", {1'700'000'000'000'000'005}, {1'800'000'000'500'000'000}).target,
      "/v1.24/events?since=1700000000.000000005&until=1800000000.500000000&filters=%7B%22type%22%3A%5B%22container%22%5D%2C"
      "%22event%22%3A%5B%22pause%22%2C%22unpause%22%5D%2C%22container%22%3A%5B%22ab%22%5D%7D");
  const auto events = read_pause_events("{\"Action\":\"pause\",\"timeNano\":7}\n{\"Action\":\"unpause\",\"timeNano\":9}\n");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_TRUE((*events)[0].paused);
  EXPECT_EQ((*events)[0].at.ns, 7);
  EXPECT_FALSE((*events)[1].paused);
  EXPECT_TRUE(read_pause_events("\n")->empty());
  for (const char* body : {"[]", "{}", "{\"Action\":1,\"timeNano\":2}", "{\"Action\":\"pause\"", "x"})
    EXPECT_EQ(read_pause_events(body).error().code, Code::corrupt) << body;
}

TEST(EngineApi, AnswersThatAreErrors) {
  EXPECT_TRUE(check_answer(204, ""));
  EXPECT_EQ(check_answer(404, R"({"message":"No such container: x"})").error().code, Code::not_found);
  EXPECT_THAT(check_answer(404, R"({"message":"No such container: x"})").error().message,
              testing::HasSubstr("404: No such container: x"));
  EXPECT_EQ(check_answer(409, "{}").error().code, Code::exists);
  EXPECT_EQ(check_answer(403, "<html>").error().code, Code::permission);
  EXPECT_EQ(check_answer(500, "").error().code, Code::unavailable);
  EXPECT_EQ(check_answer(400, "").error().code, Code::invalid);
}

TEST(Engine, FindsByLabelAndTellsEach) {
  const TemporaryFolder folder;
  EngineForTest daemon(folder / "docker.sock", [](const http::ServerRequest& request) -> http::ServerResponse {
    if (request.path.ends_with("/json"))
      return {.body = R"([{"Id":"aa","Names":["/x"]},{"Id":"bb"}])", .headers = {}, .stream = {}};
    return {.status = request.path.find("bb") == std::string::npos ? 204 : 404, .body = {}, .headers = {}, .stream = {}};
  });
  const Engine engine(folder / "docker.sock");
  EXPECT_THAT(engine.find("label:logs=reopen").value(), ElementsAre("aa", "bb"));
  EXPECT_THAT(engine.find("web").value(), ElementsAre("web"));
  EXPECT_EQ(engine.look_up("x")->at(0).id, "aa");
  EXPECT_EQ(engine.look_up("label:logs=reopen")->size(), 2U);
  EXPECT_EQ(engine.look_up("b").error().code, Code::not_found);
  EXPECT_TRUE(engine.kill("aa", "HUP"));
  EXPECT_EQ(engine.kill("bb", "HUP").error().code, Code::not_found);
  EXPECT_TRUE(engine.pause("aa"));
  EXPECT_TRUE(engine.unpause("aa"));
  EXPECT_TRUE(engine.ping());
  EXPECT_THAT(daemon.asked(),
              ElementsAre(testing::StartsWith("GET /v1.24/containers/json?filters="), "GET /v1.24/containers/json",
                          testing::StartsWith("GET /v1.24/containers/json?filters="), "GET /v1.24/containers/json",
                          "POST /v1.24/containers/aa/kill?signal=HUP", "POST /v1.24/containers/bb/kill?signal=HUP",
                          "POST /v1.24/containers/aa/pause", "POST /v1.24/containers/aa/unpause", "GET /_ping"));
  EXPECT_EQ(Engine(folder / "none.sock").ping().error().code, Code::not_found);
}

}  // namespace
}  // namespace longshore::docker
