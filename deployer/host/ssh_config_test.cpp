#include "deployer/host/ssh_config.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(SshConfig, ControlPath) {
  EXPECT_EQ(control_path("user bob\ncontrolmaster auto\ncontrolpath /run/user/1/a b-%x\ncontrolpersist 60\n"),
            "/run/user/1/a b-%x");
  EXPECT_EQ(control_path("controlpath none\n"), "");
  EXPECT_EQ(control_path("user bob\ncontrolmaster false\n"), "");
  EXPECT_EQ(control_path(""), "");
  EXPECT_EQ(control_path("identityfile controlpath /x\ncontrolpath /y"), "/y");
}

}  // namespace
}  // namespace longshore::deployer
