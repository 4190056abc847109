#include "common/docker/engine.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <utility>

#include "common/docker/engine_for_test.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::docker {
namespace {

using base::Code;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

http::ServerResponse answer(int status, std::string body = {}) {
  return {.status = status, .body = std::move(body), .headers = {}, .stream = {}};
}

TEST(Engine, FindsByLabelAndTellsEach) {
  const TemporaryFolder folder;
  EngineForTest daemon(folder / "docker.sock", [](const http::ServerRequest& request) {
    if (request.path.ends_with("/json")) return answer(200, R"([{"Id":"aa","Names":["/x"]},{"Id":"bb"}])");
    return answer(request.path.find("bb") == std::string::npos ? 204 : 404);
  });
  const Engine engine(folder / "docker.sock");
  EXPECT_THAT(engine.find("label:logs=reopen").value(), ElementsAre("aa", "bb"));
  EXPECT_THAT(engine.find("web").value(), ElementsAre("web"));
  EXPECT_TRUE(engine.kill("aa", "HUP"));
  EXPECT_EQ(engine.kill("bb", "HUP").error().code, Code::not_found);
  EXPECT_TRUE(engine.pause("aa"));
  EXPECT_TRUE(engine.unpause("aa"));
  EXPECT_TRUE(engine.ping());
  EXPECT_THAT(daemon.asked(),
              ElementsAre(StartsWith("GET /v1.41/containers/json?filters="), "POST /v1.41/containers/aa/kill?signal=HUP",
                          "POST /v1.41/containers/bb/kill?signal=HUP", "POST /v1.41/containers/aa/pause",
                          "POST /v1.41/containers/aa/unpause"));
  EXPECT_EQ(Engine(folder / "none.sock").ping().error().code, Code::not_found);
}

TEST(Engine, SpeaksAnOldDaemonsVersionAndNoneThatIsNewerThanItself) {
  for (const auto& [theirs, spoken] : {std::pair{"1.26", "/v1.26/"}, {"1.99", "/v1.47/"}, {"", "/v1.24/"}}) {
    const TemporaryFolder folder;
    EngineForTest daemon(folder / "docker.sock", [](const http::ServerRequest&) { return answer(204); }, theirs);
    EXPECT_TRUE(Engine(folder / "docker.sock").start("a"));
    EXPECT_THAT(daemon.asked(), ElementsAre(std::string("POST ") + spoken + "containers/a/start"));
  }
}

TEST(Engine, AgreesOnAVersionAnewAfterADaemonHasRefusedOne) {
  std::string theirs = "1.41";
  std::vector<std::string> asked;
  const Engine engine([&](const ApiRequest& request) -> base::Result<http::Response> {
    asked.push_back(request.target);
    if (request.target == "/_ping") return http::Response{200, {{"api-version", theirs}}, "OK"};
    if (!request.target.starts_with("/v" + theirs + "/"))
      return http::Response{400, {}, R"({"message":"client is too old"})"};
    return http::Response{204, {}, ""};
  });
  EXPECT_TRUE(engine.start("a"));
  theirs = "1.44";
  EXPECT_EQ(engine.start("a").error().code, Code::invalid);
  EXPECT_TRUE(engine.start("a"));
  EXPECT_THAT(asked, ElementsAre("/_ping", "/v1.41/containers/a/start", "/v1.41/containers/a/start", "/_ping",
                                 "/v1.44/containers/a/start"));
}

TEST(Engine, APullThatFailsInItsStreamHasFailed) {
  const TemporaryFolder folder;
  std::string auth, stream = R"({"status":"Pulling from box","id":"1"})";
  EngineForTest daemon(folder / "docker.sock", [&](const http::ServerRequest& request) {
    for (const auto& [name, value] : request.headers)
      if (name == "x-registry-auth") auth = value;
    return answer(200, stream);
  });
  const Engine engine(folder / "docker.sock");
  EXPECT_TRUE(engine.pull("box@sha256:1", "abc", 5s));
  EXPECT_EQ(auth, "abc");
  stream +=
      "\r\n"
      R"({"errorDetail":{"message":"unauthorized: authentication required"},"error":"x"})"
      "\r\n";
  EXPECT_EQ(engine.pull("box@sha256:1", "", 5s).error().code, Code::permission);
}

TEST(Engine, WhatIsThereIsNotMadeAgain) {
  const TemporaryFolder folder;
  bool there = true, race = false;
  EngineForTest daemon(folder / "docker.sock", [&](const http::ServerRequest& request) {
    if (request.method == "GET") return there ? answer(200, R"({"Name":"n"})") : answer(404, "{}");
    return race ? answer(409, "{}") : answer(201, R"({"Name":"n","Id":"1"})");
  });
  const Engine engine(folder / "docker.sock");
  EXPECT_TRUE(engine.ensure_network("n", R"({"Name":"n"})"));
  EXPECT_TRUE(engine.ensure_volume("n", R"({"Name":"n"})"));
  EXPECT_THAT(daemon.asked(), ElementsAre("GET /v1.41/networks/n", "GET /v1.41/volumes/n"));
  EXPECT_TRUE(engine.ensure_network("n2", R"({"Name":"n2"})"));  // "n" has an id that begins so
  there = false, race = true;
  EXPECT_TRUE(engine.ensure_network("n", R"({"Name":"n"})"));
  EXPECT_EQ(engine.ensure_volume("n", R"({"Name":"n"})").error().code, Code::exists);
}

TEST(Engine, AnErrorSaysWhoAnswered) {
  const TemporaryFolder folder;
  EngineForTest daemon(folder / "docker.sock", [](const http::ServerRequest&) { return answer(200, "<html>"); });
  const Engine engine(folder / "docker.sock");
  EXPECT_EQ(engine.inspect("a").error().code, Code::corrupt);
  EXPECT_EQ(engine.info().error().code, Code::corrupt);
  EXPECT_EQ(engine.images().error().code, Code::corrupt);
  EXPECT_EQ(engine.create("a", "{}").error().code, Code::corrupt);
  EXPECT_EQ(engine.ask_registry("a", "").error().code, Code::corrupt);
  EXPECT_EQ(engine.create_volume({"a", {}}).error().code, Code::corrupt);
  EXPECT_THAT(Engine(folder / "none.sock").ping().error().message, StartsWith("Docker API: "));
}

}  // namespace
}  // namespace longshore::docker
