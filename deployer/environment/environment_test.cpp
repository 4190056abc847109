#include "deployer/environment/environment.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "common/config/outside_for_test.hpp"

namespace longshore::deployer {
namespace {

using namespace std::chrono_literals;
using config::outside_for_test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kTwoHosts = R"(
hosts:
  - {name: web1, url: "ssh://deploy@web1.example"}
  - {name: web2, url: "ssh://deploy@web2.example"}
balancers:
  - {name: lb1, url: "http://lb1.example:8404/stats"}
components:
  - {component: web, backend: web, http: [{url: "http://{address}:8080/health", header: X-Version, value: "{tag}"}]}
  - {component: health}
drain: health
health_container: health
)";

base::Result<Environment> read(const std::string& yaml, const std::string& file = "environments/staging.yaml") {
  return read_environment(yaml, file, outside_for_test());
}

std::string text_of(const std::string& path) {
  std::ifstream file(LONGSHORE_SOURCE "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void expect_document(const std::string& name, const std::string& text) {
  if (text_of("docs/reference/" + name) == text) return;
  const std::string fresh = ::testing::TempDir() + name;
  std::ofstream(fresh) << text;
  ADD_FAILURE() << "docs/reference/" << name << " is out of date: cp " << fresh << " docs/reference/";
}

TEST(Environment, TheReferencePageAndTheSampleAreThoseOfTheTables) {
  expect_document("deployer-environment.md", environment_reference());
  expect_document("deployer-environment.yaml", environment_sample());
}

TEST(Environment, TheExamplesAreGoodAndTheDocumentationHasOne) {
  for (const char* path : {"containers/deployer/examples/two-hosts.yaml", "containers/deployer/examples/production.yaml"}) {
    const auto environment = read(text_of(path), path);
    ASSERT_TRUE(environment) << environment.error().message;
    EXPECT_THAT(environment->warnings, IsEmpty());
  }
  EXPECT_THAT(text_of("docs/deployer/environments.md"), HasSubstr(text_of("containers/deployer/examples/two-hosts.yaml")));
}

TEST(Environment, TheSampleIsAGoodOne) {
  const auto environment = read(environment_sample());
  ASSERT_TRUE(environment) << environment.error().message;
  EXPECT_THAT(environment->warnings, IsEmpty());
}

TEST(Environment, TwoHostsAreAFewLines) {
  const auto environment = read(kTwoHosts);
  ASSERT_TRUE(environment) << environment.error().message;
  EXPECT_THAT(environment->warnings, IsEmpty());
  EXPECT_EQ(environment->name, "staging");
  EXPECT_EQ(environment->services, "compose.yaml");
  EXPECT_EQ(environment->hosts[0].address, "web1.example");
  EXPECT_EQ(environment->components[0].server, "{host}");
  EXPECT_EQ(environment->components[0].http[0].value, "{tag}");
  EXPECT_EQ(environment->drain, Drain::health);
  EXPECT_EQ(environment->policy.floor, 1U);
  EXPECT_FALSE(environment->dark_probe);
}

TEST(Environment, HostsAreFoundByNameAndGroupInTheFilesOrder) {
  const auto environment = read(R"(
hosts:
  - {name: a, url: "unix:///var/run/docker.sock", groups: [front, even]}
  - {name: b, url: "ssh://b"}
  - {name: c, url: "tcp+tls://[::1]:2377", ca_file: /ca, cert_file: /cert, key_file: /key, groups: [even], address: 10.0.0.3}
components:
  - {component: x, hosts: [c, front]}
  - {component: y}
  - {component: z, hosts: [even, a]}
registries: [{host: "registry.example:5000", username: u, password: "env:P"}]
)");
  ASSERT_TRUE(environment) << environment.error().message;
  const auto names = [&](std::size_t component) {
    std::vector<std::string> out;
    for (const HostEntry* host : environment->hosts_of(environment->components[component])) out.push_back(host->name);
    return out;
  };
  EXPECT_THAT(names(0), ElementsAre("a", "c"));
  EXPECT_THAT(names(1), ElementsAre("a", "b", "c"));
  EXPECT_THAT(names(2), ElementsAre("a", "c"));
  EXPECT_EQ(environment->hosts[0].address, "127.0.0.1");
  EXPECT_EQ(environment->hosts[2].address, "10.0.0.3");
  ASSERT_NE(environment->registry_of("registry.example:5000"), nullptr);
  EXPECT_EQ(environment->registry_of("registry.example:5000")->password.reveal(), "open sesame");
  EXPECT_EQ(environment->registry_of("docker.io"), nullptr);
}

TEST(Environment, WhatIsPrintedHidesSecretsAndSaysTheRest) {
  const auto environment = read(std::string(kTwoHosts) + R"(
registries: [{host: localhost, plain_http: true, username: u, password: "env:P"}]
policy: {wave: 3, min_disk: 2GiB, on_failure: rollback, bake: 1m30s}
gates: {max_5xx_ratio: 0.01, log_pattern: "FATAL|panic:"}
dark_probe: {url: "http://lb1.example/version", cookie: "SRV={server}", header: X-Version, value: "{tag}"}
windows: [{days: mon-fri, from: "09:00", to: "16:30"}]
zone: Europe/Zurich
)");
  ASSERT_TRUE(environment) << environment.error().message;
  const std::string printed = print_environment(*environment);
  for (const char* line : {"password: \"[secret]\"", "max_5xx_ratio: 0.01", "min_disk: 2GiB", "bake: 1m30s",
                           "on_failure: rollback", "cookie: \"SRV={server}\"", "zone: Europe/Zurich"})
    EXPECT_THAT(printed, HasSubstr(line));
  EXPECT_EQ(printed.find("sesame"), std::string::npos);
  EXPECT_EQ(environment->policy.min_disk.value, 2ULL << 30);
  EXPECT_EQ(environment->policy.bake, 90s);
}

TEST(Environment, ItsNameIsTheFiles) {
  EXPECT_EQ(read(kTwoHosts, "/a/b/prod-2.yml")->name, "prod-2");
  EXPECT_THAT(read(kTwoHosts, "Prod.yaml").error().message, HasSubstr("Prod.yaml:1:1: \"Prod\" cannot be the name"));
}

}  // namespace
}  // namespace longshore::deployer
