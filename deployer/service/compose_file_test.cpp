#include "deployer/service/compose_file.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "deployer/service/compose_for_test.hpp"
#include "deployer/service/container_keys.hpp"

namespace longshore::deployer::compose {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ComposeFile, ServicesAnchorsMergeKeysAndExtensions) {
  const auto services = Pretend{.variables = {{"TAG", "7"}}}.read(R"(
name: ignored
version: "3.9"
x-env: &env
  A: 1
  B: ${TAG}
x-common: &common
  restart: always
  environment: {<<: *env, C: 3}
  x-note: anything
services:
  web:
    <<: *common
    image: web:${TAG}
    restart: unless-stopped
    depends_on: [api]
  api:
    <<: [{user: x}, *common, {user: y, hostname: z}]
    depends_on: {db: {condition: service_healthy, required: true}}
  db:
)");
  ASSERT_TRUE(services) << services.error().message;
  EXPECT_EQ(services->size(), 3U);
  EXPECT_EQ(services->at("web").restart, "unless-stopped");
  EXPECT_THAT(services->at("web").depends_on, ElementsAre("api"));
  EXPECT_THAT(services->at("web").create_body("i", {}), HasSubstr(R"("Env":["A=1","B=7","C=3"])"));
  EXPECT_EQ(services->at("api").restart, "always");
  EXPECT_EQ(services->at("api").parts.at("user"), "\"x\"");
  EXPECT_EQ(services->at("api").parts.at("hostname"), "\"z\"");
  EXPECT_EQ(services->at("db").networks.at(0).name, "shop_default");
}

// What `docker compose config` (version 2) writes: everything in its long form, much of it empty.
TEST(ComposeFile, WhatComposeWritesIsReadAsTheFile) {
  const Pretend pretend{.files = {{"deploy/a.env", "A=1\nB=a$$b\n"}}};
  const auto file = pretend.read(R"(
services:
  web:
    build: .
    command: run 'a b'
    env_file: a.env
    ports: ["8080:80", "127.0.0.1:53:53/udp", "9000-9001:9000-9001"]
    volumes: ["data:/data", "/srv/c:/c:ro", {type: tmpfs, target: /t, tmpfs: {size: 1m}}]
    networks: {front: {aliases: [www]}, default: }
    depends_on: [db]
    healthcheck: {test: x, interval: 1500ms, start_period: 90s}
    secrets: [s]
    deploy: {resources: {limits: {memory: 64m, cpus: 0.5}}}
    extra_hosts: ["a:1.2.3.4"]
    stop_grace_period: 90s
  db: {}
networks: {front: {external: true}}
volumes: {data: }
secrets: {s: {file: /etc/s}}
)");
  const auto written = pretend.read(R"(
name: shop
services:
  db:
    networks: {default: null}
  web:
    build: {context: /home/me, dockerfile: Dockerfile}
    command: [run, a b]
    depends_on: {db: {condition: service_started, required: true}}
    deploy: {resources: {limits: {cpus: 0.5, memory: "67108864"}}, placement: {}}
    entrypoint: null
    environment: {A: "1", B: a$$b}
    extra_hosts: [a=1.2.3.4]
    healthcheck: {test: [CMD-SHELL, x], interval: 1.5s, start_period: 1m30s}
    networks: {default: null, front: {aliases: [www]}}
    ports:
      - {mode: ingress, target: 80, published: "8080", protocol: tcp}
      - {mode: ingress, host_ip: 127.0.0.1, target: 53, published: "53", protocol: udp}
      - {mode: ingress, target: 9000, published: "9000", protocol: tcp}
      - {mode: ingress, target: 9001, published: "9001", protocol: tcp}
    secrets: [{source: s, target: /run/secrets/s}]
    stop_grace_period: 1m30s
    volumes:
      - {type: volume, source: data, target: /data, volume: {}}
      - {type: bind, source: /srv/c, target: /c, read_only: true, bind: {create_host_path: true}}
      - {type: tmpfs, target: /t, tmpfs: {size: "1048576"}}
networks:
  default: {name: shop_default, ipam: {}}
  front: {name: front, external: true}
volumes: {data: {name: shop_data}}
secrets: {s: {name: shop_s, file: /etc/s}}
)");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(written) << written.error().message;
  for (const auto& [name, service] : *file) {
    EXPECT_EQ(service.parts, written->at(name).parts);
    EXPECT_EQ(service.create_body("i", {}), written->at(name).create_body("i", {}));
    ASSERT_EQ(service.networks.size(), written->at(name).networks.size());
    for (std::size_t i = 0; i < service.networks.size(); ++i)
      EXPECT_EQ(service.networks[i].body, written->at(name).networks[i].body);
  }
}

TEST(ComposeFile, DotEnvBesideItStandsBelowTheEnvironment) {
  const Pretend pretend{.files = {{"deploy/.env", "A=file\nB=file\nB=later\n"}}, .variables = {{"A", "here"}}};
  EXPECT_THAT(pretend.web("environment: {X: $A, Y: $B}").create_body("i", {}), HasSubstr(R"(["X=here","Y=later"])"));
  const Pretend wrong{.files = {{"deploy/.env", "1=2"}}};
  EXPECT_THAT(wrong.problem("user: x"), HasSubstr("deploy/.env:1:1: is no NAME=VALUE"));
}

TEST(ComposeFile, EnvFilesAreReadFromItsFolder) {
  const Pretend pretend{.files = {{"deploy/a.env", "A=1\nB=1\n"}, {"/etc/b.env", "B='$'\n"}, {"deploy/raw.env", "C='$'\n"}}};
  EXPECT_THAT(pretend.web("env_file: [a.env, /etc/b.env, {path: raw.env, format: raw}, {path: none, required: false}]")
                  .create_body("i", {}),
              HasSubstr(R"("Env":["A=1","B=$","C='$'"])"));
  EXPECT_THAT(pretend.problem("env_file: none.env"),
              HasSubstr("c.yaml:3:15: services.web.env_file: read deploy/none.env: not there"));
}

TEST(ComposeFile, AllMistakesAtOnceWithTheirPlaces) {
  EXPECT_EQ(
      Pretend().problem("user: $NONE\nprots: [80]\nports: ['x:80', '${NONE}:80']\nrestart: sometimes",
                        "volumes: {d: {drver: x}}\n"),
      "deploy/c.yaml:3:11: services.web.user: variable \"NONE\" is not set: set it, or write ${NONE-} for an empty text\n"
      "deploy/c.yaml:4:5: services.web: unknown key \"prots\", did you mean \"ports\"?\n"
      "deploy/c.yaml:5:13: services.web.ports[0]: \"x:80\" has no good port of the host: write [[IP:]PORT:]PORT[/udp]\n"
      "deploy/c.yaml:5:21: services.web.ports[1]: variable \"NONE\" is not set: set it, or write ${NONE-} for an empty "
      "text\n"
      "deploy/c.yaml:6:14: services.web.restart: \"sometimes\" is none of: no, always, unless-stopped, on-failure, "
      "on-failure:TIMES\n"
      "deploy/c.yaml:7:15: volumes.d: unknown key \"drver\", did you mean \"driver\"?");
}

TEST(ComposeFile, WhatIsNoComposeFile) {
  for (const auto& [yaml, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "needs \"services\""},
           {"[]", "needs \"services\""},
           {"services: {}", "needs a map of services"},
           {"services: [a]", "needs a map of services"},
           {"services: {Web: {}}", "cannot be the name of a component"},
           {"services: {a: []}", "services.a: needs a map"},
           {"servces: {a: {}}", "did you mean \"services\"?"},
           {"services: {a: {}}\ninclude: [b.yaml]", "include: is not supported: let `docker compose config`"},
           {"services: {a: {}, a: {}}", "stands twice"},
           {"services: {a: {<<: 1}}", "<< takes a map"},
           {"services: {a: {depends_on: [b]}}", "unknown service \"b\""},
           {"services: {a: {depends_on: [b]}, b: {depends_on: [a]}}", "leads back to the service itself"},
       })
    EXPECT_THAT(Pretend().read(yaml).error().message, HasSubstr(what)) << yaml;
}

std::string text_of(const std::string& path) {
  std::ifstream file(LONGSHORE_SOURCE "/" + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ComposeFile, TheExampleIsGood) {
  const std::string folder = "containers/deployer/examples/";
  const Pretend pretend{.files = {{folder + "web.env", text_of(folder + "web.env")}}};
  const auto services =
      read_compose(text_of(folder + "compose.yaml"), folder + "compose.yaml", "production", pretend.outside());
  ASSERT_TRUE(services) << services.error().message;
  EXPECT_THAT(services->at("web").create_body("i", {}),
              HasSubstr(R"(["CACHE=cache:6379","LOG_LEVEL=info","POOL_SIZE=20"])"));
}

TEST(ComposeFile, TheDocumentationNamesEveryKey) {
  const std::string page = text_of("docs/deployer/services.md");
  for (const Key& key : container_keys()) EXPECT_THAT(page, HasSubstr("`" + key.name)) << key.name;
}

TEST(ComposeFile, EveryKeyStandsOnceInTheTable) {
  std::map<std::string, int> count;
  for (const Key& key : service_keys()) ++count[key.name];
  for (const auto& [name, times] : count) EXPECT_EQ(times, 1) << name;
}

}  // namespace
}  // namespace longshore::deployer::compose
