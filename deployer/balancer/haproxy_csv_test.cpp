#include "deployer/balancer/haproxy_csv.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "deployer/balancer/statistics_page.hpp"
#include "deployer/balancer/stats_socket.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using testing::HasSubstr;
using namespace std::chrono_literals;

TEST(HaproxyCsv, EveryWordOfHAProxy) {
  const std::pair<const char*, Rotation> all[] = {{"UP", Rotation::in},
                                                  {"UP 1/3", Rotation::checking},
                                                  {"DOWN", Rotation::out},
                                                  {"DOWN (agent)", Rotation::out},
                                                  {"DOWN 1/2", Rotation::checking},
                                                  {"NOLB", Rotation::stopping},
                                                  {"NOLB 1/2", Rotation::stopping},
                                                  {"DRAIN", Rotation::stopping},
                                                  {"DRAIN 2/3", Rotation::stopping},
                                                  {"DRAIN (agent)", Rotation::stopping},
                                                  {"MAINT", Rotation::stopping},
                                                  {"MAINT (via web/a)", Rotation::stopping},
                                                  {"MAINT (resolution)", Rotation::stopping},
                                                  {"no check", Rotation::unknown},
                                                  {"OPEN", Rotation::unknown},
                                                  {"UPSIDE", Rotation::unknown},
                                                  {"", Rotation::unknown}};
  for (const auto& [status, rotation] : all) EXPECT_EQ(rotation_of(status), rotation) << status;
}

TEST(HaproxyCsv, ColumnsHaveNamesNotPlaces) {
  const auto servers = read_haproxy_csv(
      "# pxname,svname,type,status,scur,qcur,hrsp_2xx,hrsp_5xx,hrsp_other,econ,eresp,wretr,wredis,rtime,lastchg,last_chk,\n"
      "front,FRONTEND,0,OPEN,9,,,,,,,,,,,,\n"
      "web,a,2,UP,3,1,100,7,2,4,5,1,2,12,60,\"say \"\"hello\"\",\nthen go\",\n"
      "web,b,2,NOLB 1/2,0,0,,,,,,,,,,\n"
      "web,BACKEND,1,UP,3,,,,,,,,,,,,\n"
      "web,listener,3,OPEN,3,,,,,,,,,,,,\n",
      "lb1");
  ASSERT_TRUE(servers) << servers.error().message;
  ASSERT_EQ(servers->size(), 2U);
  const ServerState& a = servers->front();
  EXPECT_EQ(a.balancer + " " + a.backend + "/" + a.server + " " + a.status, "lb1 web/a UP");
  EXPECT_EQ(a.rotation, Rotation::in);
  EXPECT_EQ(a.sessions, 4U);
  EXPECT_EQ(a.requests, 109U);
  EXPECT_EQ(a.errors_5xx, 7U);
  EXPECT_EQ(a.failed, 9U);
  EXPECT_EQ(a.retried, 3U);
  EXPECT_EQ(a.latency, 12ms);
  EXPECT_EQ(a.last_change, 60U);
  EXPECT_EQ((*servers)[1].rotation, Rotation::stopping);
  EXPECT_EQ((*servers)[1].requests, 0U);
}

TEST(HaproxyCsv, ABackendInTcpModeCountsConnections) {
  const auto servers = read_haproxy_csv("# pxname,svname,type,status,scur,stot,hrsp_2xx\nt,a,2,UP,0,5,\n", "lb");
  ASSERT_TRUE(servers);
  EXPECT_EQ(servers->front().requests, 5U);
}

// The answer of a 2.6, and the same in the columns of 1.8 and 3.0, lie in the corpus of the fuzz target.
TEST(HaproxyCsv, TheColumnsOfOldAndNewVersions) {
  for (const char* version : {"1.8", "2.6", "3.0"}) {
    std::ifstream file(std::string(LONGSHORE_CORPUS "/haproxy-") + version + ".csv");
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    const auto servers = read_haproxy_csv(csv, "lb");
    ASSERT_TRUE(servers) << version << ": " << servers.error().message;
    ASSERT_EQ(servers->size(), 3U) << version;
    EXPECT_EQ((*servers)[0].server, "a") << version;
    EXPECT_EQ((*servers)[0].rotation, Rotation::in) << version;
    EXPECT_EQ((*servers)[1].rotation, Rotation::stopping) << version;
    EXPECT_EQ((*servers)[2].rotation, Rotation::out) << version;
    EXPECT_GT((*servers)[0].requests, 0U) << version;
  }
}

TEST(HaproxyCsv, WhatIsNoStatisticsIsRefusedWithItsBeginning) {
  const auto html = read_haproxy_csv("<html><body>login", "lb1");
  ASSERT_FALSE(html);
  EXPECT_EQ(html.error().code, Code::corrupt);
  EXPECT_EQ(html.error().message,
            "lb1: its answer is not HAProxy's statistics as CSV: it begins with \"<html><body>login\"");
  EXPECT_THAT(read_haproxy_csv("", "lb").error().message, HasSubstr("begins with \"\""));
  EXPECT_THAT(read_haproxy_csv("# pxname,svname", "lb").error().message, HasSubstr("within the first line"));
  EXPECT_THAT(read_haproxy_csv("# pxname,svname,type,scur\n", "lb").error().message, HasSubstr("no column status"));
  EXPECT_THAT(read_haproxy_csv("# pxname,svname,type,status,scur\nweb,a,2,U", "lb").error().message,
              HasSubstr("within a line"));
  EXPECT_TRUE(read_haproxy_csv("# pxname,svname,type,status,scur\nweb\n", "lb")->empty());  // a short line is of no type
}

TEST(StatsSocket, TheAnswersOfTheRuntimeApi) {
  EXPECT_TRUE(check_answer(""));
  EXPECT_TRUE(check_answer("\n"));
  EXPECT_EQ(check_answer("No such server.\n").error().code, Code::not_found);
  EXPECT_EQ(check_answer("No such backend.\n").error().code, Code::not_found);
  EXPECT_EQ(check_answer("Permission denied\n").error().code, Code::permission);
  EXPECT_EQ(check_answer("\nUnknown command: 'x', but maybe\nmore\n").error().message, "Unknown command: 'x', but maybe");
  EXPECT_TRUE(is_haproxy_name("web-1_a.b:c"));
  for (const char* name : {"", "a b", "a;b", "a/b", "a\nb", "ä"}) EXPECT_FALSE(is_haproxy_name(name)) << name;
}

TEST(StatisticsPage, TheUrlAsksForCsvAndTheHeaderIsBase64) {
  EXPECT_EQ(csv_url("http://h:1/haproxy?stats"), "http://h:1/haproxy?stats;csv");
  EXPECT_EQ(csv_url("http://h/s;csv;norefresh"), "http://h/s;csv;norefresh");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace longshore::deployer
