#include "rotator/config/config.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "common/config/outside_for_test.hpp"
#include "rotator/config/blocks.hpp"

namespace longshore::rotator {
namespace {

using config::outside_for_test;
using testing::ElementsAre;
using testing::HasSubstr;

std::string problem(const std::string& text) {
  const auto config = parse_config(text, "r.yaml", outside_for_test());
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
  expect_document("rotator-config.md", config_reference());
  expect_document("rotator.yaml", sample_config());
}

TEST(Config, TheSampleIsAGoodConfiguration) {
  EXPECT_EQ(problem(sample_config() + "rules: [{paths: [/logs/a.log]}]\n"), "");
}

TEST(Config, ThePackagedOneAndThatOfTheImageAreGood) {
  for (const char* path :
       {LONGSHORE_DOCS "/../packaging/rotator.yaml", LONGSHORE_DOCS "/../containers/rotator/rotator.yaml"}) {
    const auto config = load_config(path, outside_for_test());
    EXPECT_TRUE(config) << config.error().message;
  }
}

TEST(Config, WhatIsPrintedIsReadBackAsTheSame) {
  const auto config = parse_config(R"(
timezone: Europe/Zurich
volumes: [{path: /logs, max_total_size: 20GiB, keep_free_percent: 10}]
rules:
  - {paths: [/logs/*.log], when: interval, every: 30s, how: rename, signals: [{container: "label:a=b", signal: USR1}]}
  - {name: x, paths: [/x], max_size: 10MiB, when: never, keep: -1, max_age: 7d}
)",
                                   "r.yaml", outside_for_test());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->rules[0].name, "/logs/*.log");
  const auto again = parse_config(print_config(*config), "printed", outside_for_test());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(print_config(*again), print_config(*config));
}

TEST(Config, MistakesAreSaidWithTheirPlace) {
  EXPECT_THAT(problem("rules: [{paths: [logs/*.log]}]"), HasSubstr("r.yaml:1:17: rules[0].paths"));
  EXPECT_THAT(problem("rules: [{paths: [/l], how: rename}]"), HasSubstr("goes on writing into the archive"));
  EXPECT_THAT(problem("rules: [{paths: [/l], signals: [{container: x}]}]"), HasSubstr("nothing to open anew"));
  EXPECT_THAT(problem("rules: [{paths: [/l], when: never}]"), HasSubstr("would never be rotated"));
  EXPECT_THAT(problem("rules: [{paths: [/l], when: interval}]"), HasSubstr("must be at least 1s"));
  EXPECT_THAT(problem("rules: [{paths: [/l], every: 3s}]"), HasSubstr("no effect"));
  EXPECT_THAT(problem("rules: [{paths: [/l], max_age: 30h}]"), HasSubstr("whole days"));
  EXPECT_THAT(problem("rules: [{paths: [/l], max_size: 5}]"), HasSubstr("needs a unit"));
  EXPECT_THAT(problem("rules: [{paths: [/l], how: rename, signals: [{container: a, signal: \"HUP; rm\"}]}]"),
              HasSubstr("no signal"));
  EXPECT_THAT(problem("rules: [{paths: [/l], how: rename, calls: [{url: \"https://h/x\"}]}]"), HasSubstr("without TLS"));
  for (const char* user : {"me", "1000", "1000:", ":1", "1:2:3", "-1:0", "4294967295:0", "owner "})
    EXPECT_THAT(problem("rules: [{paths: [/l], user: \"" + std::string(user) + "\"}]"),
                HasSubstr("neither `owner` nor two numbers"));
  EXPECT_EQ(problem("rules: [{paths: [/l], user: owner}]"), "");
  EXPECT_THAT(problem("admin: nowhere\nrules: [{paths: [/l]}]"), HasSubstr("address with a port"));
  EXPECT_THAT(problem("timezone: ../etc\nrules: [{paths: [/l]}]"), HasSubstr("no time zone"));
  EXPECT_THAT(problem("admin: 127.0.0.1:1"), HasSubstr("nothing to rotate"));
  EXPECT_THAT(problem("rules: [{path: [/l]}]"), HasSubstr("paths"));
}

TEST(Config, ARuleBecomesABlock) {
  const auto config = parse_config(R"(
rules:
  - {paths: [/a, /b], max_size: 5MiB, level: 6}
  - {paths: [/c], when: never, max_size: 1MiB, how: rename, create_mode: 0640, compress: gzip, keep: 3, max_age: 2d, max_total_size: 1GiB,
     user: "1000:100", keep_min: 2, calls: [{url: "http://127.0.0.1/x"}], before: "true", archive_dir: old}
)",
                                   "r.yaml", outside_for_test())
                          .value();
  const auto blocks = blocks_of(config, "r.yaml");
  ASSERT_EQ(blocks.size(), 2U);
  const Policy& first = blocks[0].block.policy;
  EXPECT_THAT(blocks[0].block.globs, ElementsAre("/a", "/b"));
  EXPECT_EQ(blocks[0].block.pattern, "/a /b");
  EXPECT_EQ(first.criterion, Criterion::daily);
  EXPECT_EQ(first.max_size, 5U << 20);
  EXPECT_TRUE(first.copytruncate);
  EXPECT_FALSE(first.create);
  EXPECT_TRUE(first.compress);
  EXPECT_EQ(first.compress_extension, ".zst");
  EXPECT_THAT(first.compress_options.value(), ElementsAre("-6"));
  EXPECT_FALSE(first.if_empty);
  EXPECT_EQ(first.rotate, 14);
  const Policy& second = blocks[1].block.policy;
  EXPECT_EQ(second.criterion, Criterion::size);
  EXPECT_EQ(second.size, 1U << 20);
  EXPECT_FALSE(second.copytruncate);
  EXPECT_EQ(second.create.value().mode, 0640U);
  EXPECT_EQ(second.compress_extension, ".gz");
  EXPECT_EQ(second.rotate, 3);
  EXPECT_EQ(second.max_age_days, 2);
  EXPECT_EQ(second.max_total_size, 1U << 30);
  EXPECT_EQ(second.keep_min, 2);
  EXPECT_EQ(second.calls.at(0).url, "http://127.0.0.1/x");
  EXPECT_EQ(second.pre_rotate, "true");
  EXPECT_EQ(second.old_directory, "old");
  EXPECT_FALSE(first.su);
  EXPECT_EQ(second.su->uid, 1000U);
  EXPECT_EQ(second.su->gid, 100U);
}

}  // namespace
}  // namespace longshore::rotator
