#include "deployer/commands/rebuild_commands.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

const Component kWeb{"web", {"registry.example:5000", "shop/web", "20150619_1504", "sha256:" + std::string(64, 'a')}};

TEST(RebuildCommands, AreOfTheComponentOrOfAll) {
  const auto commands =
      RebuildCommands::read("default: 'make {name} {tag} {image} {repository}'\nproxy: \"make proxy\"\n", "f").value();
  EXPECT_EQ(commands.of(kWeb).value(),
            "make web 20150619_1504 registry.example:5000/shop/web:20150619_1504 registry.example:5000/shop/web");
  EXPECT_EQ(commands.of({"proxy", kWeb.image}).value(), "make proxy");
  EXPECT_EQ(RebuildCommands().of(kWeb).error().message, "no command rebuilds web: say it with --build, or in rebuild.yaml");
}

TEST(RebuildCommands, LeaveTheShellItsBraces) {
  EXPECT_EQ(RebuildCommands("echo ${tag} {1,2} {} { x; } {").of(kWeb).value(), "echo ${tag} {1,2} {} { x; } {");
  EXPECT_EQ(RebuildCommands("make {nam}").of(kWeb).error().message,
            "the command that rebuilds web: unknown placeholder \"nam\", did you mean \"name\"?");
}

TEST(RebuildCommands, ThatAreNoneAreRefusedAtTheirPlace) {
  EXPECT_EQ(RebuildCommands::read("- make\n", "f").error().message,
            "f:1:1: wants a command for each component: NAME: \"COMMAND\"");
  EXPECT_EQ(RebuildCommands::read("web:\n  - make\n", "f").error().message, "f:2:3: web: wants a command");
  EXPECT_FALSE(RebuildCommands::read("web: [", "f"));
}

}  // namespace
}  // namespace longshore::deployer
