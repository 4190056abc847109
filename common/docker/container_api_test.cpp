#include "common/docker/container_api.hpp"

#include <gmock/gmock.h>

namespace longshore::docker {
namespace {

using base::Code;
using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(ContainerApi, Requests) {
  EXPECT_EQ(list_containers({}).target, "/containers/json");
  EXPECT_EQ(list_containers({}, true).target, "/containers/json?all=1");
  EXPECT_EQ(list_containers({"a.b=c \"d\"", "e"}).target,
            "/containers/json?filters=%7B%22label%22%3A%5B%22a.b%3Dc%20%5C%22d%5C%22%22%2C%22e%22%5D%7D");
  EXPECT_EQ(list_containers({"e"}, true).target, "/containers/json?all=1&filters=%7B%22label%22%3A%5B%22e%22%5D%7D");
  EXPECT_EQ(kill_container("web/../x", "USR1").target, "/containers/web%2F..%2Fx/kill?signal=USR1");
  EXPECT_EQ(pause_container("w").target, "/containers/w/pause");
  EXPECT_EQ(unpause_container("w").target, "/containers/w/unpause");
  EXPECT_EQ(unpause_container("w").method, "POST");
  EXPECT_EQ(create_container("web.next.1", "{}").target, "/containers/create?name=web.next.1");
  EXPECT_EQ(remove_container("w").method + remove_container("w").target, "DELETE/containers/w?v=1");
  EXPECT_EQ(rename_container("w", "v").target, "/containers/w/rename?name=v");
}

TEST(ContainerApi, AStopHasTimeForItsGrace) {
  const ApiRequest request = stop_container("w", 1500ms);
  EXPECT_EQ(request.target, "/containers/w/stop?t=2");
  EXPECT_GT(request.timeout, 2s + 10s);
}

TEST(ContainerApi, LogsSinceAMoment) {
  EXPECT_EQ(container_logs("w", 50, {1'500'000'000'000'000'042}).target,
            "/containers/w/logs?stdout=1&stderr=1&tail=50&since=1500000000.000000042");
  EXPECT_EQ(container_logs("w", 5, {}).target, "/containers/w/logs?stdout=1&stderr=1&tail=5&since=0.000000000");
}

TEST(ContainerApi, RestartPolicies) {
  EXPECT_EQ(update_restart_policy("w", "unless-stopped").body, R"({"RestartPolicy":{"Name":"unless-stopped"}})");
  EXPECT_EQ(update_restart_policy("w", "on-failure:3").body,
            R"({"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}})");
  EXPECT_EQ(update_restart_policy("w", "on-failure:x\"").body, R"({"RestartPolicy":{"Name":"on-failure"}})");
}

TEST(ContainerApi, ContainersOfAList) {
  const auto containers =
      read_containers(R"([{"Id":"abc","Names":["/other/db","/web"],"State":"running","Labels":{"a":"b","c":""},"Ports":[]},)"
                      R"({"Id":"def","Names":[],"State":"paused","Labels":null}])");
  ASSERT_TRUE(containers);
  ASSERT_EQ(containers->size(), 2U);
  EXPECT_EQ((*containers)[0].name, "web");
  EXPECT_EQ((*containers)[0].labels.at("a"), "b");
  EXPECT_EQ((*containers)[1].state, "paused");
  for (const char* body : {"", "{}", "[1]", "[{\"Id\":3}]", "[{}]", "{\"message\":\"x\"}"})
    EXPECT_EQ(read_containers(body).error().code, Code::corrupt) << body;
}

// As dockerd 20.10 answers, without what is not read.
constexpr std::string_view kInspected =
    R"({"Id":"607ae2a8","State":{"Status":"running","Running":true,"OOMKilled":false,"ExitCode":0,)"
    R"("StartedAt":"2026-11-27T13:46:56.250812728Z","FinishedAt":"0001-01-01T00:00:00Z","Health":{"Status":"starting",)"
    R"("FailingStreak":1,"Log":[]}},"Image":"sha256:80c3","Name":"/web","RestartCount":2,"HostConfig":{"PortBindings":null,)"
    R"("RestartPolicy":{"Name":"on-failure","MaximumRetryCount":3}},"Config":{"Tty":false,"Env":["PATH=/bin"],)"
    R"("Image":"registry:5000/box:1","Labels":{"a":"b"}}})";

TEST(ContainerApi, AnInspectedContainer) {
  const auto container = read_container(kInspected);
  ASSERT_TRUE(container);
  EXPECT_EQ(container->id, "607ae2a8");
  EXPECT_EQ(container->name, "web");
  EXPECT_EQ(container->labels.at("a"), "b");
  EXPECT_EQ(container->status, "running");
  EXPECT_EQ(container->health, "starting");
  EXPECT_EQ(container->image, "registry:5000/box:1");
  EXPECT_EQ(container->restart_policy, "on-failure:3");
  EXPECT_EQ(container->restarts, 2);
  EXPECT_EQ(base::format_rfc3339(container->started_at, 9), "2026-11-27T13:46:56.250812728Z");
}

TEST(ContainerApi, AContainerThatHasEnded) {
  const auto container = read_container(
      R"({"Id":"x","Name":"/y","State":{"Status":"exited","OOMKilled":true,"ExitCode":137,"StartedAt":"0001-01-01T00:00:00Z",)"
      R"("Health":{"Status":"none"}},"HostConfig":{"RestartPolicy":{"Name":""}},"Config":{"Labels":null}})");
  ASSERT_TRUE(container);
  EXPECT_TRUE(container->oom_killed);
  EXPECT_EQ(container->exit_code, 137);
  EXPECT_EQ(container->started_at.ns, 0);
  EXPECT_EQ(container->health, "");
  EXPECT_EQ(container->restart_policy, "no");
  for (const char* body : {"", "[]", "{}", R"({"Id":"x","Name":"/y"})", R"({"Id":"x","State":{"Status":"dead"}})"})
    EXPECT_EQ(read_container(body).error().code, Code::corrupt) << body;
}

TEST(ContainerApi, TheIdOfWhatWasCreated) {
  EXPECT_EQ(read_id(R"({"Id":"607ae2a8","Warnings":[]})").value(), "607ae2a8");
  EXPECT_EQ(read_id("{}").error().code, Code::corrupt);
}

TEST(ContainerApi, TheLogOfBothStreamsWithoutItsFrames) {
  const std::string out = "\1\0\0\0\0\0\0\4out\n"s, err = "\2\0\0\0\0\0\0\4err\n"s;
  EXPECT_EQ(read_log(out + err + "\1\0\0\0\0\0\0\5a end"s), "out\nerr\na end");
  EXPECT_EQ(read_log(out + "\2\0\0\0\0\0\1\0cut"s), "out\ncut");
  EXPECT_EQ(read_log("of a terminal\r\n"), "of a terminal\r\n");
  EXPECT_EQ(read_log(""), "");
}

}  // namespace
}  // namespace longshore::docker
