// What is not supported, or not right, is refused by its name.
#include <gmock/gmock.h>

#include "deployer/service/compose_for_test.hpp"

namespace longshore::deployer::compose {
namespace {

using testing::HasSubstr;
using Mistakes = std::vector<std::pair<std::string, std::string>>;

void expect_refused(const Mistakes& mistakes, const std::string& rest = "") {
  for (const auto& [keys, what] : mistakes) EXPECT_THAT(Pretend().problem(keys, rest), HasSubstr(what)) << keys;
}

TEST(ComposeMistakes, Ports) {
  expect_refused({{"ports: ['0:80']", "no good port of the host"},
                  {"ports: ['80:70000']", "no good port of the container"},
                  {"ports: ['1-2:80-82']", "two ranges of different length"},
                  {"ports: ['80/xyz']", "unknown protocol"},
                  {"ports: ['host:80:80']", "no good address"},
                  {"ports: ['80:80', '80:81']", "takes 80/tcp of the host twice"},
                  {"ports: ['80:80:80:80']", "no good address"},
                  {"ports: [{target: 80, host_ip: here}]", "is no address"},
                  {"ports: [{published: 80}]", "needs \"target\""},
                  {"ports: [{target: 80, publishd: 80}]", "did you mean \"published\"?"},
                  {"ports: [{target: 80, mode: swarm}]", "is host or ingress"},
                  {"ports: {80: 80}", "needs a list"},
                  {"ports: [[80]]", "needs a text"},
                  {"expose: [x]", "is no port"}});
}

TEST(ComposeMistakes, Volumes) {
  expect_refused({{"volumes: ['./conf:/conf']", "is relative to a folder of this machine"},
                  {"volumes: ['~/conf:/conf']", "is relative to a folder of this machine"},
                  {"volumes: [/data]", "would be a new, nameless volume"},
                  {"volumes: ['dat:/d']", "unknown volume \"dat\", did you mean \"data\"?"},
                  {"volumes: ['data:d']", "is no place in the container"},
                  {"volumes: ['data:/d:cached']", "option \"cached\" of a volume is not supported"},
                  {"volumes: ['/d:/d:nocopy']", "option \"nocopy\" of a bind is not supported"},
                  {"volumes: ['/a:/d', '/b:/d/']", "/d has something mounted already"},
                  {"volumes: [{type: npipe, source: x, target: /x}]", "bind, volume or tmpfs"},
                  {"volumes: [{source: /a, target: /a}]", "needs \"type\""},
                  {"volumes: [{type: bind, target: /a}]", "needs \"source\""},
                  {"volumes: [{type: tmpfs, source: /a, target: /a}]", "a tmpfs has no source"},
                  {"volumes: [{type: bind, source: /a, target: /a, volume: {nocopy: true}}]", "is for `type: volume`"},
                  {"volumes: [{type: volume, source: data, target: /a, volume: {subpath: x}}]", "unknown key \"subpath\""},
                  {"volumes: [{type: bind, source: /a, target: /a, bind: {propagation: x}}]", "is e.g. rslave"},
                  {"volumes: [{type: bind, source: /a, target: /a, bind: {selinux: z, create_host_path: false}}]",
                   "selinux is for binds"},
                  {"volumes: [{type: tmpfs, target: /a, tmpfs: {size: x}}]", "is no size"},
                  {"volumes: [{type: tmpfs, target: /a, tmpfs: {mode: 0999}}]", "is no mode"},
                  {"volumes: ['/a:/d']\ntmpfs: /d", "/d has something mounted already"},
                  {"tmpfs: tmp", "is no place in the container"}},
                 "volumes: {data: {}}");
  EXPECT_THAT(Pretend().problem("volumes: ['d:/d']"), HasSubstr("volume \"d\" is not declared"));
  EXPECT_THAT(Pretend().problem("user: x", "volumes: {d: {external: true, driver: x}}"),
              HasSubstr("has no effect on what is external"));
}

TEST(ComposeMistakes, SecretsAndConfigs) {
  const std::string rest = "secrets: {db: {file: /etc/db}}\nconfigs: {c: {file: /etc/c}}";
  expect_refused({{"secrets: [dbs]", "unknown secret \"dbs\""},
                  {"secrets: [{source: db, mode: 0400}]", "the file has the owner and the mode"},
                  {"secrets: [{target: x}]", "needs \"source\""},
                  {"secrets: [db, db]", "has something mounted already"},
                  {"configs: [x]", "unknown config \"x\""}},
                 rest);
  for (const auto& [declared, what] : Mistakes{{"secrets: {db: {file: ./db}}", "is relative to a folder of this machine"},
                                               {"secrets: {db: {environment: PW}}", "its content never passes through here"},
                                               {"secrets: {db: {external: true}}", "write \"file\""},
                                               {"configs: {db: {content: x}}", "write \"file\""},
                                               {"secrets: {db: {}}", "needs \"file\""},
                                               {"secrets: {db: }", "needs a map"}})
    EXPECT_THAT(Pretend().problem("user: x", declared), HasSubstr(what)) << declared;
}

TEST(ComposeMistakes, Networks) {
  expect_refused({{"networks: [frnt]", "unknown network \"frnt\", did you mean \"front\"?"},
                  {"networks: [front, front]", "stands twice"},
                  {"networks: {front: {alias: [x]}}", "did you mean \"aliases\"?"},
                  {"networks: {front: {ipv4_address: x}}", "is no address"},
                  {"network_mode: 'service:db'", "the network of another container ends"},
                  {"network_mode: host\nnetworks: [front]", "exclude each other"}},
                 "networks: {front: {}}");
  EXPECT_THAT(Pretend().problem("user: x", "networks: {n: {ipam: {config: [{subnt: x}]}}}"),
              HasSubstr("did you mean \"subnet\"?"));
}

TEST(ComposeMistakes, HealthAndResources) {
  expect_refused({{"healthcheck: {test: [x]}", "is a text, [CMD"},
                  {"healthcheck: {test: []}", "is a text, [CMD"},
                  {"healthcheck: {test: x, interval: 5}", "with its unit"},
                  {"healthcheck: {test: x, interval: 1x}", "with its unit"},
                  {"healthcheck: {test: x, interval: 999999999h}", "with its unit"},
                  {"healthcheck: {test: x, interval: 1us}", "at least 1ms"},
                  {"healthcheck: {test: x, retries: -1}", "is not negative"},
                  {"mem_limit: 1g\ndeploy: {resources: {limits: {memory: 2g}}}", "says another value"},
                  {"mem_limit: lots", "is no size"},
                  {"mem_limit: 99999999t", "is no size"},
                  {"cpus: -1", "is not a number"},
                  {"deploy: {replicas: 2}", "one container on each of its hosts"},
                  {"deploy: {mode: global}", "is Swarm's"},
                  {"deploy: {update_config: {}}", "\"policy\" of the environment"},
                  {"deploy: {resources: {reservations: {cpus: 1}}}", "reserves memory alone"},
                  {"scale: 2", "one container on each of its hosts"},
                  {"ulimits: {nofile: {soft: 1}}", "needs \"soft\" and \"hard\""},
                  {"ulimits: {nofile: x}", "is not a whole number"},
                  {"devices: [fuse]", "is no device"}});
}

TEST(ComposeMistakes, VariablesAndCommands) {
  expect_refused({{"environment: [NONE]", "\"NONE\" has no value, and is not set here"},
                  {"environment: {NONE: }", "\"NONE\" has no value"},
                  {"environment: [=x]", "needs a name"},
                  {"environment: [A=1, A=2]", "\"A\" stands twice"},
                  {"environment: {A: [1]}", "needs a text"},
                  {"environment: {A=B: 1}", "a name has no ="},
                  {"environment: A=1", "needs a map, or a list"},
                  {"env_file: [{path: a, format: yaml}]", "is raw"},
                  {"command: 'a \"b'", "without its end"},
                  {"command: []", "Docker would run the image's"},
                  {"labels: {longshore.x: 1}", "are deployer's own"}});
}

TEST(ComposeMistakes, TheRest) {
  expect_refused({{"privileged: yes", "is not true or false"},
                  {"pid: 'service:x'", "is not supported: host"},
                  {"ipc: 'container:x'", "is not supported: none, private"},
                  {"security_opt: ['seccomp:profile.json']", "profiles in files are not supported"},
                  {"stop_signal: kill it", "is no signal"},
                  {"restart: on-failure:x", "is none of"},
                  {"extra_hosts: [x]", "is no NAME=ADDRESS"},
                  {"depends_on: {web: {condition: service_completed_successfully}}", "is not supported: service_started"},
                  {"depends_on: {web: {restart: true}}", "is left running"},
                  {"container_name: x", "the environment's prefix"},
                  {"extends: {service: x}", "docker compose config"},
                  {"profiles: [x]", "by the environment"},
                  {"links: [x]", "know each other by name"},
                  {"gpus: all", "is not supported"},
                  {"platform: linux/arm64", "names the very image"},
                  {"volumes_from: [x]", "name a volume"},
                  {"logging: {drver: x}", "did you mean \"driver\"?"}});
}

TEST(ComposeMistakes, WhatIsNothingIsNotThere) {
  EXPECT_EQ(
      Pretend().problem("command: null\nports:\nenvironment:\nhealthcheck:\nnetworks:\nprofiles:\ndeploy: {resources: }"),
      "");
}

}  // namespace
}  // namespace longshore::deployer::compose
