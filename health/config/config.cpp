#include "health/config/config.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <set>

#include "common/config/reference.hpp"
#include "common/config/sample.hpp"
#include "common/config/schema.hpp"
#include "common/config/value_rules.hpp"
#include "common/config/yaml.hpp"
#include "common/io/endpoint.hpp"

namespace longshore::health {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using config::choice;
using config::field;
using config::list;
using config::Outside;
using config::Problems;
using config::Rule;
using config::Schema;
using config::Spot;

constexpr unsigned kMostInARow = 100;

Rule<std::string> address_and_port(const char* example) {
  return {"address:port", [example](const std::string& text, const Outside&) {
            return io::parse_endpoint("tcp://" + text)
                       ? std::string()
                       : fmt::format("\"{}\" is not an address with a port, e.g. \"{}\"", text, example);
          }};
}
Rule<std::string> absolute_path() {
  return {"absolute path", [](const std::string& path, const Outside&) {
            return path.starts_with('/') ? std::string() : fmt::format("\"{}\" is no absolute path: it begins with /", path);
          }};
}
// Without control characters: it becomes a line of a request.
Rule<config::TextPairs> header_lines() {
  return {"map of texts", [](const config::TextPairs& headers, const Outside&) {
            for (const auto& [name, value] : headers)
              for (const std::string& text : {name, value})
                for (const char c : text)
                  if (static_cast<unsigned char>(c) < ' ') return fmt::format("\"{}\" holds a control character", name);
            return std::string();
          }};
}

const Schema<ProbeOptions>& probe_schema() {
  static const Schema<ProbeOptions> schema =
      Schema<ProbeOptions>{
          field("name", &ProbeOptions::name, "For bodies, status and metrics; what is asked if not given").example("web"),
          one_of(field("http", &ProbeOptions::http, "What is asked by GET, each time over a new connection")
                     .is(config::url({"http"}))
                     .example("http://127.0.0.1:8000/health"),
                 field("tcp", &ProbeOptions::tcp, "Where a connection must be accepted; a host may be a name")
                     .is(address_and_port("127.0.0.1:5432")))
              .required(),
          field("status", &ProbeOptions::status, "The only status of HTTP that passes").between(100, 599),
          field("contains", &ProbeOptions::contains, "Text that the body must hold, within its first MiB").example("ok"),
          field("headers", &ProbeOptions::headers, "Of the request, e.g. Host")
              .is(header_lines())
              .example("{Host: www.example.com}"),
          field("interval", &ProbeOptions::interval, "From one look to the next").between(50ms, 1h),
          field("timeout", &ProbeOptions::timeout, "Of the whole look; later is a failure").between(10ms, 1min),
          field("rise", &ProbeOptions::rise, "Passes in a row until it counts as well").between(1, kMostInARow),
          field("fall", &ProbeOptions::fall, "Failures in a row until it counts as sick").between(1, kMostInARow),
      }
          .check([](const ProbeOptions& probe, const Spot& spot) {
            if (!probe.tcp.empty() && (!probe.contains.empty() || !probe.headers.empty()))
              spot.option("tcp").wrong("has neither headers nor a body; use http");
          });
  return schema;
}

const Schema<ContainerOptions>& container_schema() {
  static const Schema<ContainerOptions> schema{
      field("container", &ContainerOptions::container,
            "Name or id, or `label:KEY`, `label:KEY=VALUE` for all that run and have the label; each must be running, and "
            "healthy "
            "if it has a HEALTHCHECK")
          .required()
          .example("web"),
      field("interval", &ContainerOptions::interval, "From one look to the next").between(50ms, 1h),
      field("rise", &ContainerOptions::rise, "Passes in a row until it counts as well").between(1, kMostInARow),
      field("fall", &ContainerOptions::fall, "Failures in a row until it counts as sick").between(1, kMostInARow),
  };
  return schema;
}

void check_names(const Config& config, const Spot& spot) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < config.probes.size(); ++i) {
    const ProbeOptions& probe = config.probes[i];
    const std::string& name = !probe.name.empty() ? probe.name : probe.http.empty() ? probe.tcp : probe.http;
    if (!names.insert(name).second)
      spot.option("probes").item(i).wrong(fmt::format("a second probe is called \"{}\"", name));
  }
  for (std::size_t i = 0; i < config.containers.size(); ++i)
    if (!names.insert(config.containers[i].container).second)
      spot.option("containers")
          .item(i)
          .wrong(fmt::format("a second check is called \"{}\"", config.containers[i].container));
}

const Schema<Config>& config_schema() {
  static const Schema<Config> schema =
      Schema<Config>{
          field("listen", &Config::listen, "Where the load balancer asks, with any path")
              .is(address_and_port("0.0.0.0:8080")),
          field("agent", &Config::agent, "Where HAProxy's agent-check asks; none if not given")
              .is(address_and_port("0.0.0.0:8081"))
              .example("0.0.0.0:8081"),
          field("admin", &Config::admin, "Where /healthz, /readyz, /metrics and /status are served")
              .is(address_and_port("127.0.0.1:8516")),
          field("control", &Config::control,
                "Unix socket of `health drain`, `ready` and `status`; whoever may write to it may drain")
              .is(absolute_path()),
          field("state_file", &Config::state_file,
                "Where it is kept whether the node is drained; its folder must be writable")
              .is(absolute_path()),
          choice("start", &Config::start,
                 {{"as_before", Start::as_before}, {"drained", Start::drained}, {"when_healthy", Start::when_healthy}},
                 "`as_before`: drained if it was, else in as soon as every check passes; `drained`: until `health ready`; "
                 "`when_healthy`: in as soon as every check passes, whatever was before"),
          field("lame_duck", &Config::lame_duck,
                "How long 404 is answered after SIGTERM, before the process ends: longer than the load balancer's interval "
                "between "
                "checks, shorter than what `docker stop` grants. A node that is drained already ends at once")
              .between(0s, 10min),
          field("docker", &Config::docker, "The socket of the Docker API; only for `containers`").is(config::url({"unix"})),
          list("probes", &Config::probes, probe_schema(), "What must answer"),
          list("containers", &Config::containers, container_schema(), "Which containers must run and be healthy"),
      }
          .check(check_names);
  return schema;
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& file, const Outside& outside) {
  Problems problems(file);
  Config config;
  if (const auto root = config::parse_yaml(text, problems)) config_schema().read(Spot(*root, "", problems, outside), config);
  if (problems.count() > 0) return base::fail(Code::invalid, problems.text());
  for (ProbeOptions& probe : config.probes)
    if (probe.name.empty()) probe.name = probe.http.empty() ? probe.tcp : probe.http;
  return config;
}

Result<Config> load_config(const std::string& path, const Outside& outside) {
  constexpr std::size_t kEnough = (1 << 20) + 1;  // parse_yaml refuses more than 1 MiB
  std::ifstream in(path, std::ios::binary);
  if (!in) return base::fail_errno(errno, "read configuration " + path);
  std::string text(kEnough, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return base::fail_errno(errno, "read configuration " + path);
  text.resize(static_cast<std::size_t>(in.gcount()));
  return parse_config(text, path, outside);
}

std::string print_config(const Config& config) { return config_schema().print(config); }

std::string config_reference() {
  return config::reference(config_schema(), R"(# health.yaml

Every option of the configuration of `health run`, made from the tables in `health/config/`. [health.yaml](health.yaml) is a sample with
all of them; [health](../health.md) tells what it is for.

- A duration carries its unit: `500ms`, `30s`. A bare number is refused.
- An unknown option is an error, with the place in the file and what was probably meant. All errors are told at once.
- `health check` looks at a configuration, and asks everything in it once.
- A changed file counts within a second, and after SIGHUP; `listen`, `agent`, `admin`, `control` and `state_file` from the next start on.

)");
}

std::string sample_config() {
  return config::sample(
      config_schema(),
      "Sample configuration of health: every option with its default. Take a # away to switch an option on.\n"
      "Durations carry units (500ms, 30s). Usual place: /etc/longshore/health.yaml\n\n");
}

}  // namespace longshore::health
