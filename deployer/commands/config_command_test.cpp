#include "deployer/commands/config_command.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "deployer/commands/load_deployment.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Files {
  TemporaryFolder folder;
  std::string environment = folder / "staging.yaml";

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder / name) << text; }
  Files() {
    write("staging.yaml",
          "hosts: [{name: a, url: \"ssh://a\"}]\nbalancers: [{name: lb, url: \"http://lb/\"}]\n"
          "components: [{component: web, backend: web}]\nregistries: [{host: a.b, username: u, password_file: " +
              (folder / "password") + "}]\n");
    write("compose.yaml", "services: {web: {env_file: web.env, ports: ['80:80']}, other: {}}");
    write("web.env", "TOKEN=hunter2\n");
    write("password", "sesame\n");
  }
  std::string shown(const std::string& component = "") const {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = show_config({.environment = environment, .component = component});
    return testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr() + std::to_string(status);
  }
};

TEST(LoadDeployment, TheComposeFileIsLookedForBesideTheEnvironment) {
  const Files files;
  const auto deployment = load_deployment(files.environment);
  ASSERT_TRUE(deployment) << deployment.error().message;
  EXPECT_EQ(deployment->environment.name, "staging");
  EXPECT_EQ(deployment->services.at("web").networks.at(0).name, "staging_default");
}

TEST(LoadDeployment, WhatIsWrong) {
  const Files files;
  EXPECT_EQ(load_deployment(files.folder / "none.yaml").error().code, base::Code::not_found);
  files.write("compose.yaml", "services: {wep: {}}");
  EXPECT_THAT(load_deployment(files.environment).error().message,
              HasSubstr("components: unknown service \"web\", did you mean \"wep\"? (" + files.folder / "compose.yaml"));
  files.write("compose.yaml", "services: {web: {prots: []}}");
  EXPECT_THAT(load_deployment(files.environment).error().message, HasSubstr("compose.yaml:1:18: services.web: unknown key"));
}

TEST(ConfigCommand, ShowsWhatIsInEffectAndNoSecret) {
  const Files files;
  const std::string all = files.shown();
  EXPECT_THAT(all, HasSubstr("# environment staging\nservices: compose.yaml\n"));
  EXPECT_THAT(all, HasSubstr("# component web: specification "));
  EXPECT_THAT(all, HasSubstr("ports.80/tcp: [{\"HostIp\":\"\",\"HostPort\":\"80\"}]"));
  EXPECT_THAT(all, HasSubstr("environment.TOKEN: "));
  EXPECT_THAT(all, HasSubstr("warning: "));
  EXPECT_THAT(all, Not(HasSubstr("hunter2")));
  EXPECT_THAT(all, Not(HasSubstr("sesame")));
  EXPECT_THAT(all, Not(HasSubstr("component other")));
  EXPECT_THAT(files.shown("web"), testing::StartsWith("# component web: specification "));
  EXPECT_THAT(files.shown("other"), HasSubstr("unknown component \"other\", not one of: web\n78"));
}

}  // namespace
}  // namespace longshore::deployer
