// Every call against a stand-in for the daemon: what is already so, what is in the way, and connections that break.
#include "deployer/host/docker_host.hpp"

#include <gmock/gmock.h>

#include <atomic>

#include "common/docker/engine_for_test.hpp"
#include "deployer/host/connect.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

HostEntry entry(const std::string& url) {
  HostEntry made;
  made.name = "web1";
  made.url = url;
  return made;
}

class Hosts : public ::testing::Test {
 protected:
  // What is asked, as METHOD PATH, and its answer; anything else is answered with 204.
  void answers(const std::string& request, int status, std::string body = {}) {
    table_[request] = {status, std::move(body)};
  }

  http::ServerResponse answer(const http::ServerRequest& request) {
    const auto found = table_.find(request.method + " " + request.path.substr(request.path.find('/', 1)));
    if (found == table_.end()) return {.status = 204, .body = {}, .headers = {}, .stream = {}};
    return {.status = found->second.first, .body = found->second.second, .headers = {}, .stream = {}};
  }

  std::map<std::string, std::pair<int, std::string>> table_;
  TemporaryFolder folder_;
  docker::EngineForTest daemon_{folder_ / "docker.sock", [this](const auto& request) { return answer(request); }};
  std::unique_ptr<Host> host_ = connect(entry("unix://" + (folder_ / "docker.sock"))).value();
};

std::string inspected(const std::string& id, const std::string& name, const std::string& status, const std::string& labels) {
  return R"({"Id":")" + id + R"(","Name":"/)" + name + R"(","State":{"Status":")" + status +
         R"(","Health":{"Status":"healthy"}},"Config":{"Image":"r/box@sha256:1","Labels":)" + labels + "}}";
}

TEST_F(Hosts, ContainersOfAnEnvironmentAndThoseInTheWay) {
  answers("GET /containers/json", 200,
          R"([{"Id":"a","Names":["/web"],"Labels":{"longshore.environment":"live"}},{"Id":"b","Names":["/alien"]},)"
          R"({"Id":"c","Names":["/taken"]},{"Id":"d","Names":["/gone"],"Labels":{"longshore.environment":"live"}},)"
          R"({"Id":"e","Names":["/x"],"Labels":{"longshore.environment":"test"}}])");
  answers("GET /containers/a/json", 200, inspected("a", "web", "running", R"({"longshore.environment":"live"})"));
  answers("GET /containers/c/json", 200, inspected("c", "taken", "exited", "null"));
  answers("GET /containers/d/json", 404, "{}");
  const auto found = host_->containers("live", {"taken"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].name, "web");
  EXPECT_EQ((*found)[0].health, Health::healthy);
  EXPECT_EQ((*found)[0].image, "r/box@sha256:1");
  EXPECT_EQ((*found)[1].status, "exited");
}

TEST_F(Hosts, AnErrorNamesTheHostAndWhatWasAsked) {
  answers("GET /containers/x/json", 404, R"({"message":"No such container: x"})");
  const auto container = host_->inspect("x");
  EXPECT_EQ(container.error().code, Code::not_found);
  EXPECT_EQ(container.error().message, "web1: inspect x: the Docker API answers 404: No such container: x");
}

TEST_F(Hosts, WhatIsCreatedAlreadyByUsIsNoError) {
  const std::string body = R"({"Image":"a","Labels":{"longshore.rollout":"r1"}})";
  answers("POST /containers/create", 409, R"({"message":"Conflict."})");
  answers("GET /containers/web.next.r1/json", 200,
          inspected("id1", "web.next.r1", "created", R"({"longshore.rollout":"r1"})"));
  EXPECT_EQ(host_->create("web.next.r1", body).value(), "id1");
  answers("GET /containers/web.next.r1/json", 200,
          inspected("id1", "web.next.r1", "created", R"({"longshore.rollout":"r0"})"));
  EXPECT_EQ(host_->create("web.next.r1", body).error().code, Code::exists);
  answers("POST /containers/create", 201, R"({"Id":"id2"})");
  EXPECT_EQ(host_->create("web.next.r1", body).value(), "id2");
}

TEST_F(Hosts, StartsAndStopsWhatIsSoAlready) {
  answers("POST /containers/a/start", 304);
  answers("POST /containers/a/stop", 304);
  EXPECT_TRUE(host_->start("a"));
  EXPECT_TRUE(host_->stop("a", 1s));
  answers("POST /containers/a/start", 500, R"({"message":"Bind for 0.0.0.0:80 failed: port is already allocated"})");
  EXPECT_EQ(host_->start("a").error().code, Code::exists);
}

TEST_F(Hosts, RenamesOnce) {
  answers("POST /containers/a/rename", 400, R"({"message":"Renaming a container with the same name as its current name"})");
  answers("GET /containers/a/json", 200, inspected("a", "web", "running", "{}"));
  EXPECT_TRUE(host_->rename("a", "web"));
  EXPECT_EQ(host_->rename("a", "other").error().code, Code::invalid);
}

TEST_F(Hosts, RemovesOnlyWhatDoesNotRun) {
  answers("DELETE /containers/a", 409, R"({"message":"You cannot remove a running container a."})");
  answers("GET /containers/a/json", 200, inspected("a", "web", "running", "{}"));
  EXPECT_EQ(host_->remove("a").error().code, Code::exists);
  answers("GET /containers/a/json", 200, inspected("a", "web", "removing", "{}"));
  EXPECT_TRUE(host_->remove("a"));
  answers("GET /containers/a/json", 404, "{}");
  EXPECT_TRUE(host_->remove("a"));
  answers("DELETE /containers/a", 404, "{}");
  EXPECT_TRUE(host_->remove("a"));
}

TEST_F(Hosts, LeavesAnImageThatIsInUse) {
  answers("DELETE /images/a", 409, "{}");
  answers("DELETE /images/b", 404, "{}");
  answers("DELETE /images/c", 500, "{}");
  EXPECT_TRUE(host_->remove_image("a"));
  EXPECT_TRUE(host_->remove_image("b"));
  EXPECT_EQ(host_->remove_image("c").error().code, Code::unavailable);
}

TEST_F(Hosts, AnImageIsThereAfterAPullOrItHasFailed) {
  answers("POST /images/create", 200, R"({"status":"Digest: sha256:1"})");
  answers("GET /images/r%3A5/box%40sha256%3A1/json", 200, R"({"RepoDigests":["r:5/box@sha256:1"]})");
  answers("GET /images/r:5/box@sha256:1/json", 200, R"({"RepoDigests":["r:5/box@sha256:1"]})");
  const RegistryLogin login{.server = "r:5", .username = "bob", .password = "key"};
  EXPECT_TRUE(host_->pull("r:5/box@sha256:1", &login, 5s));
  answers("GET /images/r%3A5/box%40sha256%3A1/json", 200, R"({"RepoDigests":["r:5/box@sha256:2"]})");
  answers("GET /images/r:5/box@sha256:1/json", 200, R"({"RepoDigests":["r:5/box@sha256:2"]})");
  EXPECT_EQ(host_->pull("r:5/box@sha256:1", nullptr, 5s).error().code, Code::corrupt);
  answers("POST /images/create", 200, R"({"errorDetail":{"message":"unauthorized: authentication required"}})");
  const auto refused = host_->pull("r:5/box@sha256:1", &login, 5s);
  EXPECT_EQ(refused.error().code, Code::permission);
  EXPECT_EQ(refused.error().message.find("key"), std::string::npos);
  EXPECT_THAT(refused.error().message, StartsWith("web1: pull r:5/box@sha256:1: "));
}

TEST_F(Hosts, ANoteThatStandsThereIsAnswered) {
  answers("POST /volumes/create", 201, R"({"Name":"lock","Labels":{"owner":"somebody else"}})");
  const auto note = host_->put_note({.name = "lock", .labels = {{"owner", "us"}}});
  ASSERT_TRUE(note) << note.error().message;
  EXPECT_EQ(note->labels.at("owner"), "somebody else");
  answers("GET /volumes", 200, R"({"Volumes":[{"Name":"lock","Labels":{"a":"b"}}]})");
  EXPECT_EQ(host_->notes("a=b")->at(0).name, "lock");
  answers("DELETE /volumes/lock", 404, "{}");
  EXPECT_TRUE(host_->remove_note("lock"));
  answers("DELETE /volumes/lock", 409, R"({"message":"remove lock: volume is in use"})");
  EXPECT_EQ(host_->remove_note("lock").error().code, Code::exists);
}

TEST_F(Hosts, WhatAHostSaysOfItself) {
  answers("GET /version", 200, R"({"Version":"20.10.24","Arch":"amd64"})");
  answers("GET /info", 200, R"({"DockerRootDir":"/","SystemTime":"2026-11-27T13:46:55Z"})");
  const auto facts = host_->facts();
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->docker_version, "20.10.24");
  EXPECT_EQ(facts->api_version, "1.41");
  EXPECT_GT(facts->disk_free.value_or(0), 0U);
  answers("GET /info", 200, R"({"DockerRootDir":"/no/such/folder"})");
  EXPECT_FALSE(host_->facts()->disk_free);
}

TEST_F(Hosts, ProbesFromHere) {
  base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
  const std::string port = std::to_string(io::bound_port(listener.get()));
  EXPECT_TRUE(host_->connect_tcp("127.0.0.1:" + port, 5s));
  EXPECT_EQ(host_->get("http://127.0.0.1:" + port + "/", {}, 50ms).error().code, Code::timeout);
  listener.reset();
  const auto refused = host_->connect_tcp("127.0.0.1:" + port, 5s);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_THAT(refused.error().message, StartsWith("web1: connect to 127.0.0.1:"));
  EXPECT_EQ(host_->get("http://127.0.0.1:" + port + "/", {}, 5s).error().code, Code::unavailable);
  EXPECT_EQ(host_->connect_tcp("127.0.0.1", 5s).error().code, Code::invalid);
  EXPECT_EQ(host_->get("unix:///x", {}, 5s).error().code, Code::invalid);
  EXPECT_EQ(host_->post("http://127.0.0.1:" + port + "/", "{}", 5s).error().code, Code::unavailable);
}

TEST(Connections, AreRepeatedWhereTheyBreakAndNotWhereNobodyEverWas) {
  const TemporaryFolder folder;
  const std::string socket = folder / "docker.sock";
  EXPECT_EQ(connect(entry("unix://" + socket)).error().code, Code::unavailable);
  const auto good = [](const http::ServerRequest&) -> http::ServerResponse {
    return {.status = 204, .body = {}, .headers = {}, .stream = {}};
  };
  auto daemon = std::make_unique<docker::EngineForTest>(socket, good);
  const auto host = connect(entry("unix://" + socket));
  ASSERT_TRUE(host);
  EXPECT_TRUE((*host)->start("a"));
  daemon.reset();  // restarts
  std::thread later([&] {
    std::this_thread::sleep_for(300ms);
    daemon = std::make_unique<docker::EngineForTest>(socket, good);
  });
  EXPECT_TRUE((*host)->start("a"));
  later.join();
}

TEST(Connections, AnEntryThatNoConnectionCanComeOfIsRefused) {
  EXPECT_EQ(connect(entry("tcp://x")).error().code, Code::invalid);
  const auto refused = connect(entry("tcp+tls://127.0.0.1:1"));
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("web1: cannot be reached: "));
}

}  // namespace
}  // namespace longshore::deployer
