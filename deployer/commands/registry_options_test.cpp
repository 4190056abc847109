#include "deployer/commands/registry_options.hpp"

#include <gtest/gtest.h>

#include "common/config/outside_for_test.hpp"

namespace longshore::deployer {
namespace {

config::Outside outside() {
  return {
      .environment =
          [](const std::string& name) { return name == "PASSWORD" ? std::optional<std::string>("secret") : std::nullopt; },
      .secret_file = [](const std::string&) { return base::Result<base::Secret>(base::Secret("filed")); },
      .readable = [](const std::string& path) -> base::Result<void> {
        if (path == "/ca.pem") return {};
        return base::fail(base::Code::not_found, "open " + path + ": No such file or directory");
      }};
}
std::string why(std::string_view text) {
  const auto entry = read_registry(text, outside());
  return entry ? "accepted" : entry.error().message;
}

TEST(RegistryOption, SaysWhatAnEnvironmentWouldSay) {
  const auto entry = read_registry("r.example:5000,ca_file=/ca.pem,username=ci,password=env:PASSWORD", outside()).value();
  EXPECT_EQ(entry.host, "r.example:5000");
  EXPECT_EQ(entry.ca_file, "/ca.pem");
  EXPECT_EQ(entry.username, "ci");
  EXPECT_EQ(entry.password.reveal(), "secret");
  EXPECT_FALSE(entry.plain_http);
  EXPECT_EQ(read_registry("docker.io,username=ci,password_file=/p", outside())->password.reveal(), "filed");
  EXPECT_TRUE(read_registry("localhost:5000,plain_http", outside())->plain_http);
}

TEST(RegistryOption, ThatIsNoneIsRefused) {
  EXPECT_EQ(why("https://r.example"),
            "--registry \"https://r.example\": \"https://r.example\" is no registry as images name it: HOST:PORT, "
            "without https://");
  EXPECT_EQ(why("shop"), "--registry \"shop\": \"shop\" is no registry as images name it: HOST:PORT, without https://");
  EXPECT_EQ(why("r.example,cafile=/x"),
            "--registry \"r.example,cafile=/x\": unknown option \"cafile\", did you mean \"ca_file\"?");
  EXPECT_EQ(why("r.example,ca_file=/x"), "--registry \"r.example,ca_file=/x\": open /x: No such file or directory");
  EXPECT_EQ(why("r.example,plain_http=yes"), "--registry \"r.example,plain_http=yes\": plain_http has no value");
  EXPECT_EQ(why("r.example,username=ci"),
            "--registry \"r.example,username=ci\": username and password (or password_file) belong together");
  EXPECT_EQ(why("r.example,username=ci,password=env:NONE"),
            "--registry r.example: the environment variable \"NONE\" is not set");
}

TEST(RegistryOption, NeverRepeatsAPassword) {
  const std::string said = why("r.example,username=ci,password=hunter2");
  EXPECT_EQ(said,
            "--registry r.example: a password has no place on a command line: password=env:NAME or password_file=PATH");
}

}  // namespace
}  // namespace longshore::deployer
