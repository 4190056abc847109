#include "rotator/config/config.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>

#include "common/base/zone.hpp"
#include "common/config/reference.hpp"
#include "common/config/sample.hpp"
#include "common/config/value_rules.hpp"
#include "common/config/yaml.hpp"
#include "common/io/endpoint.hpp"
#include "rotator/config/rule_schema.hpp"

namespace longshore::rotator {
namespace {

using namespace std::chrono_literals;
using base::Code;
using base::Result;
using config::field;
using config::list;
using config::Outside;
using config::Problems;
using config::Rule;
using config::Schema;
using config::Spot;

Rule<std::string> address_and_port() {
  return {"address:port", [](const std::string& text, const Outside&) {
            const auto endpoint = io::parse_endpoint("tcp://" + text);
            return endpoint ? std::string()
                            : fmt::format("\"{}\" is not an address with a port, e.g. \"127.0.0.1:8515\"", text);
          }};
}
Rule<std::string> time_zone() {
  return {"time zone", [](const std::string& text, const Outside& outside) {
            if (text == "local" || base::Zone::from_offset(text)) return std::string();
            const bool name = !text.empty() && text[0] != '/' && text.find("..") == std::string::npos;
            if (name && outside.readable("/usr/share/zoneinfo/" + text)) return std::string();
            return fmt::format("\"{}\" is no time zone: write UTC, +02:00, local, or a name that /usr/share/zoneinfo has",
                               text);
          }};
}

const Schema<VolumeOptions>& volume_schema() {
  static const Schema<VolumeOptions> schema{
      field("path", &VolumeOptions::path, "The folder, e.g. where the volume is mounted")
          .is(absolute_path())
          .required()
          .example("/logs"),
      field("max_total_size", &VolumeOptions::max_total_size,
            "Bytes of all files that rules name in it, with their archives; 0B: no limit")
          .example("20GiB"),
      field("keep_free", &VolumeOptions::keep_free, "Bytes of its disk that stay free: below, the oldest archives go")
          .example("5GiB"),
      field("keep_free_percent", &VolumeOptions::keep_free_percent, "The same as a part of the disk")
          .between(0, 99)
          .example("10"),
  };
  return schema;
}

const Schema<Config>& config_schema() {
  static const Schema<Config> schema =
      Schema<Config>{
          field("admin", &Config::admin, "Where /healthz, /readyz, /metrics and /status are served").is(address_and_port()),
          field("timezone", &Config::timezone,
                "Whose midnight `daily` means: UTC, +02:00, local, or a name of the zone database")
              .is(time_zone()),
          field("docker", &Config::docker, "The socket of the Docker API, for signals and for `in_place: pause`")
              .is(config::url({"unix"})),
          field("poll_interval", &Config::poll_interval,
                "How often files are looked at for which the system tells no changes")
              .between(100ms, 1h),
          field("workers", &Config::workers, "Archives that are compressed at the same time, at idle priority")
              .between(1, 64),
          field("docker_files", &Config::docker_files,
                "Rotate also files below /var/lib/docker/containers; they are Docker's own, which reads and rotates them "
                "itself"),
          field("logrotate", &Config::logrotate, "Files of logrotate, and folders of such, that are read as well")
              .is(absolute_paths())
              .example("[/etc/logrotate.d]"),
          list("volumes", &Config::volumes, volume_schema(), "Limits for all rules together"),
          list("rules", &Config::rules, rule_schema(),
               "Which files, when, how, and for how long; the first that names a file has it"),
      }
          .check([](const Config& config, const Spot& spot) {
            if (config.rules.empty() && config.logrotate.empty())
              spot.wrong("needs rules or logrotate: there is nothing to rotate");
          });
  return schema;
}

}  // namespace

Result<Config> parse_config(std::string_view text, const std::string& file, const Outside& outside) {
  Problems problems(file);
  Config config;
  if (const auto root = config::parse_yaml(text, problems)) config_schema().read(Spot(*root, "", problems, outside), config);
  if (problems.count() > 0) return base::fail(Code::invalid, problems.text());
  for (RuleOptions& rule : config.rules)
    if (rule.name.empty()) rule.name = rule.paths.front();
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
  return config::reference(config_schema(), R"(# rotator.yaml

Every option of the configuration of `rotator run`, made from the tables in `rotator/config/`. [rotator.yaml](rotator.yaml) is a
sample with all of them. logrotate's own files need none of this: `rotator run /etc/logrotate.conf` takes them as they are.

- A size or duration carries its unit: `64MiB`, `5MB`, `30s`, `7d`. A bare number is refused.
- An unknown option is an error, with the place in the file and what was probably meant. All errors are told at once.
- `rotator check` looks at a configuration, `rotator plan` says what it would do now, file by file.

)");
}

std::string sample_config() {
  return config::sample(
      config_schema(),
      "Sample configuration of rotator: every option with its default. Take a # away to switch an option on.\n"
      "Sizes and durations carry units (64MiB, 30s). Usual place: /etc/longshore/rotator.yaml\n\n");
}

}  // namespace longshore::rotator
