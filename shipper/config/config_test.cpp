#include "shipper/config/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "common/config/outside_for_test.hpp"
#include "shipper/config/default_config.hpp"

namespace longshore::shipper {
namespace {

using config::outside_for_test;

constexpr std::string_view kSmall = R"(data_dir: /d
sources:
  - {type: syslog, listen: "udp://127.0.0.1:514"}
sinks:
  - {type: stdout}
)";

// What is said of kSmall with `from` replaced by `to`.
std::string said_of(std::string_view from, std::string_view to, std::set<std::string> missing = {}) {
  std::string text(kSmall);
  text.replace(text.find(from), from.size(), to);
  const auto config = parse_config(text, "shipper.yaml", outside_for_test(std::move(missing)));
  return config ? "good" : config.error().message;
}

void expect_document(const std::string& name, const std::string& text) {
  std::ifstream file(LONGSHORE_DOCS "/reference/" + name);
  if (std::string(std::istreambuf_iterator<char>(file), {}) == text) return;
  const std::string fresh = ::testing::TempDir() + name;
  std::ofstream(fresh) << text;
  ADD_FAILURE() << "docs/reference/" << name << " is out of date: cp " << fresh << " docs/reference/";
}

TEST(Config, TheReferencePageAndTheSampleAreThoseOfTheTables) {
  expect_document("shipper-config.md", config_reference());
  expect_document("shipper.yaml", sample_config());
}

TEST(Config, TheSampleIsAGoodConfiguration) {
  const auto config = parse_config(sample_config(), "sample", outside_for_test());
  EXPECT_TRUE(config) << config.error().message;
}

TEST(Config, TheEmbeddedOneIsGoodWithAndWithoutAccounts) {
  for (const std::set<std::string>& missing : {std::set<std::string>{}, {"LOGGLY_TOKEN", "OPSGENIE_API_KEY"}}) {
    const auto outside = outside_for_test(missing);
    const auto config = parse_config(default_config("/data", "/rules", outside), "default", outside);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->sinks.size(), missing.empty() ? 2U : 1U);
    EXPECT_EQ(config->alerts.size(), missing.empty() ? 2U : 1U);
    EXPECT_EQ(config->rules.dir, "/rules");
  }
}

TEST(Config, ThePackagedOneIsGood) {
  const auto config = load_config(LONGSHORE_DOCS "/../packaging/shipper.yaml", outside_for_test());
  EXPECT_TRUE(config) << config.error().message;
}

TEST(Config, WhatIsPrintedIsReadBackAsTheSame) {
  const auto config = parse_config(kSmall, "small", outside_for_test()).value();
  const auto again = parse_config(print_config(config), "printed", outside_for_test());
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(print_config(*again), print_config(config));
}

TEST(Config, ASecretIsNeverPrinted) {
  const auto outside = outside_for_test();
  const auto config = parse_config(default_config("/data", "/rules", outside), "default", outside).value();
  EXPECT_EQ(print_config(config).find("open sesame"), std::string::npos);
}

TEST(Config, TheSpoolLivesInTheDataFolderUnlessToldOtherwise) {
  EXPECT_EQ(parse_config(kSmall, "small", outside_for_test())->spool.dir, "/d/spool");
}

TEST(Config, ATypoIsToldWithItsPlaceAndWhatWasMeant) {
  EXPECT_EQ(said_of("  - {type: stdout}", "  - {type: stdout, nmae: x}"),
            "shipper.yaml:5:20: sinks[0]: unknown option \"nmae\", did you mean \"name\"?");
}

TEST(Config, ABareNumberIsRefused) {
  EXPECT_EQ(said_of("514\"", "514\", idle_timeout: 30"),
            "shipper.yaml:3:65: sources[0].idle_timeout: \"30\" needs a unit, e.g. \"30s\"");
}

TEST(Config, ASecretThatCannotBeReadIsNamed) {
  EXPECT_EQ(said_of("{type: stdout}", "{type: loggly, url: \"https://x\", token_file: /t}", {"/t"}),
            "shipper.yaml:5:50: sinks[0].token_file: read secret /t: not there");
}

TEST(Config, EverythingThatIsWrongIsToldAtOnce) {
  const std::string said = said_of("data_dir: /d", "data_dir: [1]\nadmin: here\nspol: {}");
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2) << said;
}

TEST(Config, NamesAreMadeAndMayNotStandTwice) {
  const auto config = parse_config(kSmall, "small", outside_for_test()).value();
  EXPECT_EQ(common(config.sources[0]).name, "syslog udp://127.0.0.1:514");
  EXPECT_EQ(common(config.sinks[0]).name, "stdout");
  const std::string two =
      "- {type: syslog, listen: \"udp://127.0.0.1:514\"}\n  - {type: syslog, listen: \"udp://127.0.0.1:514\"}";
  EXPECT_NE(said_of("- {type: syslog, listen: \"udp://127.0.0.1:514\"}", two), "good");
  EXPECT_NE(said_of("- {type: stdout}", "- {type: stdout}\n  - {type: stdout}"), "good");
}

TEST(Config, AFileThatIsMissingIsNamed) {
  const auto config = load_config("/nonexistent/shipper.yaml", outside_for_test());
  EXPECT_EQ(config.error().code, base::Code::not_found);
  EXPECT_EQ(config.error().message, "read configuration /nonexistent/shipper.yaml: No such file or directory");
}

}  // namespace
}  // namespace longshore::shipper
