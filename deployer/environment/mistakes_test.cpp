// What is wrong with an environment is said with its place; what is hardly meant is a warning.
#include <gmock/gmock.h>

#include "common/config/outside_for_test.hpp"
#include "deployer/environment/environment.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Parts {
  std::string hosts = R"([{name: web1, url: "ssh://web1"}, {name: web2, url: "ssh://web2", groups: [even]}])";
  std::string balancers = R"([{name: lb, url: "http://lb:8404/stats"}])";
  std::string components = "[{component: web, backend: web}, {component: health}]";
  std::string rest = "drain: health\nhealth_container: health";

  std::string text() const {
    return "hosts: " + hosts + "\nbalancers: " + balancers + "\ncomponents: " + components + "\n" + rest + "\n";
  }
};

std::string problem(const Parts& parts) {
  const auto environment =
      read_environment(parts.text(), "e.yaml", config::outside_for_test({"/missing", "/usr/share/zoneinfo/Mars"}));
  return environment ? "" : environment.error().message;
}

std::vector<std::string> warnings(const Parts& parts) {
  const auto environment = read_environment(parts.text(), "e.yaml", config::outside_for_test());
  EXPECT_TRUE(environment) << environment.error().message;
  return environment ? environment->warnings : std::vector<std::string>();
}

TEST(EnvironmentMistakes, AGoodOneHasNone) { EXPECT_EQ(problem({}), ""); }

TEST(EnvironmentMistakes, OfHosts) {
  for (const auto& [hosts, what] : std::vector<std::pair<std::string, std::string>>{
           {R"([{name: a, url: "ssh://a"}, {name: a, url: "ssh://b"}])", "e.yaml:1:43: hosts[1].name: \"a\" stands twice"},
           {R"([{name: even, url: "ssh://a", groups: [even]}])", "is the name of a group, too"},
           {R"([{name: a, url: "ssh://a", groups: [all]}])", "is always every host"},
           {R"([{name: a, url: "tcp://a:2375"}])", "would give anybody on the way"},
           {R"([{name: a, url: "ssh://-oProxyCommand=x"}])", "has no good host"},
           {R"([{name: a, url: "tcp+tls://a"}])", "tcp+tls needs \"ca_file\""},
           {R"([{name: a, url: "ssh://a", ca_file: /ca}])", "is for tcp+tls alone"},
           {R"([{name: a, url: "tcp+tls://a", ca_file: /missing, cert_file: /c, key_file: /k}])",
            "read /missing: not there"},
           {R"([{name: a, url: "unix:///s", ssh_config: /c}])", "hosts[0].ssh_config: is for ssh alone"},
           {R"([{name: a, url: "unix:///s", socket: /s}])", "hosts[0].socket: is for ssh alone"},
           {R"([{name: a, url: "ssh://a", socket: docker.sock}])", "is a path from /"},
           {R"([{name: "a b", url: "ssh://a"}])", "is no name"},
           {R"([{nam: a, url: "ssh://a"}])", "did you mean \"name\"?"},
           {"[]", "hosts: must not be empty"},
       })
    EXPECT_THAT(problem({.hosts = hosts}), HasSubstr(what)) << hosts;
}

TEST(EnvironmentMistakes, OfBalancersAndRegistries) {
  for (const auto& [balancers, what] : std::vector<std::pair<std::string, std::string>>{
           {R"([{name: lb, url: "ftp://lb"}])", "is not an address that begins with"},
           {R"([{name: lb, url: "tcp://lb"}])", "needs a host and a port"},
           {R"([{name: lb, url: "unix://run/haproxy.sock"}])", "needs a path from /"},
           {R"([{name: lb, url: "http://lb", via: web3}])", "unknown host \"web3\", did you mean \"web1\"?"},
           {R"([{name: lb, url: "unix:///s", username: u}])", "a stats socket asks for none"},
           {R"([{name: lb, url: "http://lb", ca_file: /ca}])", "is for https alone"},
           {R"([{name: lb, url: "http://lb", password: hunter2}])", "must not stand in this file"},
           {"[]", "drain: needs \"balancers\""},
       })
    EXPECT_THAT(problem({.balancers = balancers}), HasSubstr(what)) << balancers;
  EXPECT_THAT(problem({.rest = "drain: haproxy"}), HasSubstr("needs a stats socket of level admin"));
  EXPECT_THAT(problem({.rest = "registries: [{host: shop}]"}), HasSubstr("registry.example:5000"));
  EXPECT_THAT(problem({.rest = "registries: [{host: a.b, username: u}]"}), HasSubstr("needs both"));
  EXPECT_THAT(problem({.rest = "registries: [{host: a.b}, {host: a.b}]"}), HasSubstr("stands twice"));
}

TEST(EnvironmentMistakes, OfComponents) {
  for (const auto& [components, what] : std::vector<std::pair<std::string, std::string>>{
           {"[{component: web, hosts: [evn]}]", "unknown host or group \"evn\", did you mean \"even\"?"},
           {"[{component: web}, {component: web}]", "stands twice"},
           {"[{component: web, backend: web}, {component: health, hosts: [even]}]", "host \"web1\" serves backend \"web\""},
           {"[{component: web, server: \"{hots}\"}]", "unknown placeholder \"hots\", did you mean \"host\"?"},
           {"[{component: web, http: [{url: \"http://{adress}/\"}]}]", "did you mean \"address\"?"},
           {"[{component: web, http: [{url: \"http:///x\"}]}]", "has no good host and port"},
           {"[{component: web, http: [{url: \"http://h:99999/x\"}]}]", "has no good host and port"},
           {"[{component: web, http: [{url: \"http://h/x\", header: X-Version}]}]", "needs \"value\""},
           {"[{component: web, http: [{url: \"http://h/x\", header: \"X: a\", value: b}]}]", "a header's name alone"},
           {"[{component: web, http: [{url: \"http://h/x\", status: 42}]}]", "is not between 100 and 599"},
           {"[{component: web, tcp: [\"{address}\"]}]", "is not a host with a port"},
           {"[{component: web, start_deadline: 30}]", "needs a unit"},
           {"[]", "components: must not be empty"},
       })
    EXPECT_THAT(problem({.components = components}), HasSubstr(what)) << components;
  EXPECT_THAT(problem({.balancers = "[]", .rest = "drain: none"}), HasSubstr("backend: needs \"balancers\""));
}

TEST(EnvironmentMistakes, OfTheRest) {
  for (const auto& [rest, what] : std::vector<std::pair<std::string, std::string>>{
           {"drain: health", "needs \"health_container\""},
           {"health_container: x", "is for `drain: health`"},
           {"drain: helth", "did you mean \"health\"?"},
           {"policy: {wave: 0}", "is not between 1 and 1000"},
           {"policy: {bake: 5}", "needs a unit"},
           {"gates: {log_pattern: \"(\"}", "not a pattern: missing )"},
           {"gates: {max_5xx_ratio: x}", "\"x\" is not a number"},
           {"gates: {max_5xx_ratio: 2}", "is not between 0 and 1"},
           {"dark_probe: {url: \"http://lb/\"}", "dark_probe: needs \"cookie\""},
           {"dark_probe: {url: \"http://lb/\", cookie: SRV}", "is NAME=VALUE"},
           {"windows: [{days: monday}]", "are no days"},
           {"windows: [{from: \"9:00\"}]", "is no time of day"},
           {"windows: [{from: \"09:00\", to: \"09:00\"}]", "never be open"},
           {"windows: [{from: \"24:00\", to: \"02:00\"}]", "is the end of the day"},
           {"zone: Mars", "is no time zone"},
           {"markers: {loggly_url: \"http://x\"}", "needs both"},
           {"markers: {webhooks: [x]}", "is not an address"},
           {"prefix: \"/x\"", "is no name"},
       })
    EXPECT_THAT(problem({.rest = rest}), HasSubstr(what)) << rest;
}

TEST(EnvironmentWarnings, AFloorThatLetsNobodyLeave) {
  EXPECT_THAT(warnings({.rest = "drain: health\nhealth_container: health\npolicy: {floor: 2}"}),
              ElementsAre(HasSubstr("e.yaml:6:17: policy.floor: backend \"web\" has 2 servers here, and 2 must stay")));
  const Parts one{.hosts = R"([{name: web1, url: "ssh://web1"}])"};
  EXPECT_THAT(warnings(one), ElementsAre(HasSubstr("one server is replaced with `allow_downtime: true`")));
  Parts allowed = one;
  allowed.rest += "\npolicy: {allow_downtime: true}";
  EXPECT_THAT(warnings(allowed), ElementsAre());
}

TEST(EnvironmentWarnings, ADrainThatDrainsNothing) {
  EXPECT_THAT(warnings({.rest = "drain: none"}), ElementsAre(HasSubstr("are stopped while it sends them requests")));
  EXPECT_THAT(warnings({.components = "[{component: web}, {component: health}]"}), ElementsAre(HasSubstr("has no effect")));
  EXPECT_THAT(warnings({.rest = "drain: health\nhealth_container: lbcheck"}),
              ElementsAre(HasSubstr("is none of the components")));
}

}  // namespace
}  // namespace longshore::deployer
