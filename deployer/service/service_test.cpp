// What Docker is asked to create, and what makes a container another one.
#include "deployer/service/service.hpp"

#include <gmock/gmock.h>

#include "deployer/service/compose_for_test.hpp"

namespace longshore::deployer::compose {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

TEST(Service, TheBodyHasTheImageOurLabelsAndNoRestartPolicyYet) {
  const Service web = Pretend().web("restart: unless-stopped\nlabels: {team: shop}");
  EXPECT_EQ(web.restart, "unless-stopped");
  EXPECT_EQ(
      web.create_body("r.example/web@sha256:00", {{"longshore.component", "web"}}),
      R"({"HostConfig":{"NetworkMode":"shop_default","RestartPolicy":{"Name":"no"}},"Image":"r.example/web@sha256:00",)"
      R"("Labels":{"longshore.component":"web","team":"shop"},)"
      R"("NetworkingConfig":{"EndpointsConfig":{"shop_default":{"Aliases":["web"]}}}})");
  ASSERT_EQ(web.networks.size(), 1U);
  EXPECT_EQ(web.networks[0].name, "shop_default");
  EXPECT_EQ(web.networks[0].body, R"({"CheckDuplicate":true,"Driver":"bridge","Name":"shop_default"})");
  EXPECT_EQ(web.networks[0].connect_body("abc"), R"({"Container":"abc","EndpointConfig":{"Aliases":["web"]}})");
}

// Two ways to say one thing are one hash, one list of parts and one body.
TEST(Service, WhatIsTheSameHashesTheSame) {
  const Pretend pretend{.files = {{"deploy/a.env", "A=1\nB=two\n"}}, .variables = {{"PORT", "8080"}, {"B", "two"}}};
  const std::string volumes = "volumes: {data: {}}\nnetworks: {front: {}, back: {}}\nsecrets: {s: {file: /etc/s}}\n";
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"environment: {A: 1, B: two}", "environment: [B=two, A=1]"},
           {"environment: {A: 1, B: two}", "environment: {B: null, A: '1'}"},
           {"environment: {A: 1, B: two}", "env_file: a.env"},
           {"environment: {A: 1, B: two}", "env_file: [{path: a.env, required: true}]\nenvironment: {A: 1}"},
           {"labels: [b=2, a=1]", "labels: {a: 1, b: 2}"},
           {"ports: ['8080:80']", "ports: [{target: 80, published: '8080'}]"},
           {"ports: ['8080:80']", "ports: [{published: 8080, target: 80, protocol: tcp, mode: ingress}]"},
           {"ports: ['8080:80']", "ports: ['${PORT}:80/tcp']"},
           {"ports: ['8080-8081:80-81']", "ports: ['8081:81', '8080:80']"},
           {"ports: ['127.0.0.1:53:53/udp']", "ports: [{target: 53, published: 53, host_ip: 127.0.0.1, protocol: udp}]"},
           {"volumes: ['/srv/a:/a:ro']", "volumes: [{type: bind, source: /srv/a/, target: /a, read_only: true}]"},
           {"volumes: ['data:/a']", "volumes: [{type: volume, source: data, target: /a/, volume: {}}]"},
           {"volumes: ['data:/a', '/b:/b']", "volumes: ['/b:/b:rw', 'data:/a']"},
           {"networks: [front, back]", "networks: {back: null, front: {}}"},
           {"networks: {default: {}}", "restart: null"},
           {"command: run 'a b'", "command: [run, a b]"},
           {"healthcheck: {test: x}", "healthcheck: {test: [CMD-SHELL, x]}"},
           {"healthcheck: {disable: true, test: x}", "healthcheck: {test: [NONE]}"},
           {"cap_drop: [ALL, CHOWN]", "cap_drop: [CHOWN, ALL]"},
           {"mem_limit: 64m", "deploy: {resources: {limits: {memory: 67108864}}}"},
           {"cpus: 0.5", "deploy: {resources: {limits: {cpus: '0.50'}}}"},
           {"pids_limit: 9", "deploy: {resources: {limits: {pids: 9}}, replicas: 1}"},
           {"ulimits: {nofile: 9}", "ulimits: {nofile: {hard: 9, soft: 9}}"},
           {"extra_hosts: ['a:1.2.3.4', 'b=::1']", "extra_hosts: {b: '::1', a: 1.2.3.4}"},
           {"tmpfs: /tmp", "tmpfs: [/tmp]"},
           {"devices: [/dev/fuse]", "devices: [{source: /dev/fuse, target: /dev/fuse, permissions: rwm}]"},
           {"security_opt: ['no-new-privileges:true']", "security_opt: [no-new-privileges=true]"},
           {"secrets: [s]", "secrets: [{source: s, target: s}]"},
           {"sysctls: [net.core.somaxconn=9]", "sysctls: {net.core.somaxconn: 9}"},
           {"stop_grace_period: 90s", "stop_grace_period: 1m30s"},
           {"stop_grace_period: 1500ms", "stop_grace_period: 1.5s"},
           {"image: a\nbuild: .\nuser: x", "image: b\npull_policy: always\nuser: x"},
       }) {
    const Service a = pretend.web(one, volumes), b = pretend.web(other, volumes);
    EXPECT_EQ(a.hash(), b.hash()) << one << "\n" << other;
    EXPECT_EQ(a.parts, b.parts) << one << "\n" << other;
    EXPECT_EQ(a.create_body("i", {}), b.create_body("i", {})) << one << "\n" << other;
  }
}

// All else is another container, and `parts` names what.
TEST(Service, WhatDiffersHashesDifferently) {
  const std::string rest = "volumes: {data: {}}\nnetworks: {front: {}, back: {}}\nsecrets: {s: {file: /etc/s}}\n";
  std::map<std::string, std::string> seen;
  for (const std::string keys : {
           "restart: null",
           "environment: {A: 1}",
           "environment: {A: 2}",
           "environment: {A1: ''}",
           "labels: {A: 1}",
           "ports: ['8080:80']",
           "ports: ['8080:80/udp']",
           "ports: ['127.0.0.1:8080:80']",
           "ports: [80]",
           "expose: [80]",
           "volumes: ['/a:/a']",
           "volumes: ['/a:/a:ro']",
           "volumes: ['data:/a']",
           "volumes: [{type: bind, source: /a, target: /a, bind: {create_host_path: false}}]",
           "volumes: [{type: tmpfs, target: /a}]",
           "tmpfs: /a",
           "tmpfs: /a:size=1m",
           "networks: [front]",
           "networks: [front, back]",
           "networks: {front: {priority: 1}, back: {}}",
           "networks: {front: {aliases: [x]}}",
           "network_mode: host",
           "command: a b",
           "command: 'a \"\"'",
           "entrypoint: a b",
           "entrypoint: ''",
           "healthcheck: {test: x}",
           "healthcheck: {test: x, start_period: 0s}",
           "healthcheck: {disable: true}",
           "healthcheck: {retries: 1}",
           "stop_grace_period: 1s",
           "stop_grace_period: 500ms",
           "restart: always",
           "secrets: [s]",
           "secrets: [{source: s, target: t}]",
           "read_only: true",
           "mem_limit: 1g",
           "memswap_limit: 1g",
           "memswap_limit: -1",
           "deploy: {resources: {reservations: {memory: 1g}}}",
       }) {
    const Service web = Pretend().web(keys, rest);
    const auto [at, fresh] = seen.emplace(web.hash(), keys);
    EXPECT_TRUE(fresh) << keys << "\n" << at->second;
    EXPECT_EQ(web.hash().size(), 16U);
  }
}

TEST(Service, ValuesOfVariablesAreInThePartsAsAHashOnly) {
  const Service web = Pretend{.variables = {{"TOKEN", "hunter2"}}}.web("environment: {TOKEN: , DB: 'pw-${TOKEN}'}");
  std::string all;
  for (const auto& [key, value] : web.parts) all += key + value;
  EXPECT_THAT(all, Not(HasSubstr("hunter2")));
  EXPECT_THAT(web.parts, Contains(Pair("environment.TOKEN", testing::SizeIs(18))));
  EXPECT_THAT(web.create_body("i", {}), HasSubstr(R"("Env":["DB=pw-hunter2","TOKEN=hunter2"])"));
}

TEST(Service, WhatItTakesOfTheHost) {
  const Service web =
      Pretend().web("ports: ['80', '8080:80', '127.0.0.1:9000-9001:9000-9001/udp', '7000-7010:70', '[::1]:81:81']");
  EXPECT_THAT(web.host_ports, ElementsAre("8080/tcp", "127.0.0.1:9000/udp", "127.0.0.1:9001/udp", "[::1]:81/tcp"));
}

TEST(Service, OfSeveralNetworksTheFirstIsCreatedInAndTheOthersAreConnected) {
  const Service web = Pretend().web("networks: {back: {ipv4_address: 10.1.0.5}, front: {priority: 10, aliases: [www]}}",
                                    "networks:\n"
                                    "  front: {external: true}\n"
                                    "  back: {name: backbone, internal: true, ipam: {config: [{subnet: 10.1.0.0/16}]}}\n");
  ASSERT_EQ(web.networks.size(), 2U);
  EXPECT_EQ(web.networks[0].name, "front");
  EXPECT_EQ(web.networks[0].body, "");
  EXPECT_EQ(web.networks[1].name, "backbone");
  EXPECT_EQ(web.networks[1].body, R"({"CheckDuplicate":true,"Driver":"bridge","IPAM":{"Config":[{"Subnet":"10.1.0.0/16"}]},)"
                                  R"("Internal":true,"Name":"backbone"})");
  EXPECT_EQ(web.networks[1].endpoint, R"({"Aliases":["web"],"IPAMConfig":{"IPv4Address":"10.1.0.5"}})");
  EXPECT_THAT(web.create_body("i", {}), HasSubstr(R"("EndpointsConfig":{"front":{"Aliases":["web","www"]}})"));
}

TEST(Service, NamedVolumesAreThoseOfTheEnvironment) {
  const Service web =
      Pretend().web("volumes: ['data:/d', 'ext:/e', 'own:/o', 'data:/d2']",
                    "volumes: {data: {driver: local, driver_opts: {type: nfs}}, ext: {external: true}, own: {name: mine}}");
  ASSERT_EQ(web.volumes.size(), 3U);
  EXPECT_EQ(web.volumes[0].name, "shop_data");
  EXPECT_EQ(web.volumes[0].body, R"({"Driver":"local","DriverOpts":{"type":"nfs"},"Name":"shop_data"})");
  EXPECT_EQ(web.volumes[1].name, "ext");
  EXPECT_EQ(web.volumes[1].body, "");
  EXPECT_EQ(web.volumes[2].name, "mine");
}

TEST(Service, ACheckThatSaysNoPeriodIsAskedEachSecondAtTheStart) {
  const auto check = [](const std::string& keys) { return Pretend().web("healthcheck: " + keys).parts.at("healthcheck"); };
  EXPECT_EQ(check("{test: x}"), R"({"StartInterval":1000000000,"StartPeriod":60000000000,"Test":["CMD-SHELL","x"]})");
  EXPECT_EQ(check("{test: [CMD, x], start_period: 5s, interval: 1m, timeout: 500ms, retries: 3}"),
            R"({"Interval":60000000000,"Retries":3,"StartPeriod":5000000000,"Test":["CMD","x"],"Timeout":500000000})");
  EXPECT_EQ(check("{interval: 5s}"), R"({"Interval":5000000000})");
  EXPECT_FALSE(Pretend().web("healthcheck: {disable: true}").has_healthcheck);
  EXPECT_TRUE(Pretend().web("healthcheck: {test: x}").has_healthcheck);
  EXPECT_FALSE(Pretend().web("healthcheck: {test: x}").wants_start_interval);
  EXPECT_TRUE(Pretend().web("healthcheck: {test: x, start_interval: 2s}").wants_start_interval);
}

}  // namespace
}  // namespace longshore::deployer::compose
