#include "health/config/config.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "common/config/outside_for_test.hpp"

namespace longshore::health {
namespace {

using config::outside_for_test;
using testing::HasSubstr;
using namespace std::chrono_literals;

std::string problem(const std::string& text) {
  const auto config = parse_config(text, "h.yaml", outside_for_test());
  return config ? "" : config.error().message;
}

void expect_document(const std::string& name, const std::string& text) {
  std::ifstream file(LONGSHORE_DOCS "/reference/" + name);
  if (std::string(std::istreambuf_iterator<char>(file), {}) == text) return;
  const std::string fresh = ::testing::TempDir() + name;
  std::ofstream(fresh) << text;
  ADD_FAILURE() << "docs/reference/" << name << " is out of date: cp " << fresh << " docs/reference/";
}

TEST(Config, TheReferencePageAndTheSampleAreThoseOfTheTables) {
  expect_document("health-config.md", config_reference());
  expect_document("health.yaml", sample_config());
}

TEST(Config, NothingNeedsToBeGiven) {
  const auto config = parse_config("", "h.yaml", outside_for_test());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->listen, "0.0.0.0:8080");
  EXPECT_EQ(config->start, Start::as_before);
  EXPECT_TRUE(config->probes.empty());
  EXPECT_EQ(problem(sample_config()), "");
}

TEST(Config, ThePackagedOneAndThatOfTheImageAreGood) {
  for (const char* path : {LONGSHORE_DOCS "/../packaging/health.yaml", LONGSHORE_DOCS "/../containers/health/health.yaml"}) {
    const auto config = load_config(path, outside_for_test());
    EXPECT_TRUE(config) << config.error().message;
  }
}

TEST(Config, WhatIsPrintedIsReadBackAsTheSame) {
  const auto config = parse_config(R"(
listen: "[::]:8080"
agent: 127.0.0.1:8081
start: when_healthy
lame_duck: 1500ms
probes:
  - {http: "http://127.0.0.1:8000/health", status: 204, contains: "all: well", headers: {Host: example.com}, rise: 3}
  - {name: db, tcp: "db.internal:5432", interval: 5s, timeout: 250ms, fall: 1}
containers: [{container: "label:role=web", interval: 1s}]
)",
                                   "h.yaml", outside_for_test());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->probes[0].name, "http://127.0.0.1:8000/health");
  const auto again = parse_config(print_config(*config), "printed", outside_for_test());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(print_config(*again), print_config(*config));
  EXPECT_EQ(again->probes[1].timeout, 250ms);
  EXPECT_EQ(again->probes[0].headers, config->probes[0].headers);
}

TEST(Config, EveryMistakeIsToldWithItsPlace) {
  EXPECT_EQ(problem("listn: 0.0.0.0:1\n"), "h.yaml:1:1: unknown option \"listn\", did you mean \"listen\"?");
  EXPECT_THAT(problem("probes: [{name: x}]\n"), HasSubstr("h.yaml:1:10: probes[0]: "));
  EXPECT_THAT(problem("probes: [{http: \"http://a/\", tcp: \"a:1\"}]\n"), HasSubstr("probes[0]"));
  EXPECT_THAT(problem("probes: [{http: \"https://a/\"}]\n"), HasSubstr("probes[0].http: "));
  EXPECT_THAT(problem("probes: [{tcp: \"a\"}]\n"),
              HasSubstr("\"a\" is not an address with a port, e.g. \"127.0.0.1:5432\""));
  EXPECT_THAT(problem("probes: [{tcp: \"a:1\", contains: x}]\n"),
              HasSubstr("probes[0].tcp: has neither headers nor a body"));
  EXPECT_THAT(problem("probes: [{http: \"http://a/\", headers: {A: \"b\\r\\nC: d\"}}]\n"), HasSubstr("control character"));
  EXPECT_THAT(problem("probes: [{tcp: \"a:1\"}, {tcp: \"a:1\"}]\n"),
              HasSubstr("probes[1]: a second probe is called \"a:1\""));
  EXPECT_THAT(problem("probes: [{name: web, tcp: \"a:1\"}]\ncontainers: [{container: web}]\n"),
              HasSubstr("containers[0]: a second check is called \"web\""));
  EXPECT_THAT(problem("probes: [{tcp: \"a:1\", interval: 5}]\n"), HasSubstr("needs a unit"));
  EXPECT_THAT(problem("state_file: state\n"), HasSubstr("\"state\" is no absolute path"));
  EXPECT_THAT(problem("start: sometimes\n"), HasSubstr("start: "));
}

}  // namespace
}  // namespace longshore::health
