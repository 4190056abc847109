#include "shipper/config/config.hpp"

#include <cerrno>
#include <fstream>

#include "common/config/reference.hpp"
#include "common/config/sample.hpp"
#include "common/config/value_rules.hpp"
#include "common/config/yaml.hpp"
#include "shipper/config/names.hpp"
#include "shipper/config/schemas.hpp"
#include "shipper/config/value_rules.hpp"

namespace longshore::shipper {
namespace {

using base::Code;
using base::Result;
using config::field;
using config::nested;
using config::Outside;
using config::Problems;
using config::Schema;
using config::Spot;
using config::variants;

const Schema<RulesOptions>& rules_schema() {
  static const Schema<RulesOptions> schema{
      field("dir", &RulesOptions::dir, "Folder of the rule files; no rules if not given").example("/etc/longshore/rules.d"),
      field("host", &RulesOptions::host, "More fields `host.NAME` of every event, e.g. role, env, dc")
          .example("{role: web}"),
      field("memory", &RulesOptions::memory, "What all rules together may remember; what is forgotten for it is counted")
          .between(base::Bytes{1 << 20}, base::Bytes{16ULL << 30}),
  };
  return schema;
}

}  // namespace

const Schema<Config>& config_schema() {
  static const Schema<Config> schema{
      field("data_dir", &Config::data_dir, "Folder for everything that shipper keeps")
          .required()
          .example("/var/lib/longshore/shipper"),
      field("admin", &Config::admin, "Where /healthz, /readyz, /metrics and /status are served").is(address_and_port()),
      variants("sources", &Config::sources, source_forms(), "Where events come from").required(),
      variants("transforms", &Config::transforms, transform_forms(),
               "What is done to every event, after its source's own transforms"),
      nested("rules", &Config::rules, rules_schema(), "The alert rules"),
      nested("spool", &Config::spool, spool_schema(), "Where every event waits on disk until all sinks have it"),
      variants("sinks", &Config::sinks, sink_forms(),
               "Where events go; one that is slow or dead does not hold up the others")
          .required(),
      variants("alerts", &Config::alerts, rules::alert_forms(), "Where alerts go"),
  };
  return schema;
}

Result<Config> parse_config(std::string_view text, const std::string& file, const Outside& outside) {
  Problems problems(file);
  Config config;
  if (const auto root = config::parse_yaml(text, problems)) {
    const Spot spot(*root, "", problems, outside);
    config_schema().read(spot, config);
    name_all(config, spot);
    rules::name_alert_sinks(config.alerts, spot.option("alerts"));
  }
  if (problems.count() > 0) return base::fail(Code::invalid, problems.text());
  if (config.spool.dir.empty()) config.spool.dir = config.data_dir + "/spool";
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
  return config::reference(config_schema(), R"(# shipper.yaml

Every option of shipper's configuration, made from the tables in `shipper/config/`. [shipper.yaml](shipper.yaml) is a sample
with all of them.

- A size or duration carries its unit: `64MiB`, `5MB`, `30s`, `1h30m`. A bare number is refused.
- A secret never stands in the file: `token_file: PATH` names a file, `token: env:NAME` an environment variable.
- An unknown option is an error, with the place in the file and what was probably meant. All errors are told at once.
- `shipper check` looks at a configuration, `shipper run --print-config` shows the one in effect.

)");
}

std::string sample_config() {
  return config::sample(
      config_schema(),
      "Sample configuration of shipper: every option with its default. Take a # away to switch an option on.\n"
      "Sizes and durations carry units (64MiB, 30s). Usual place: /etc/longshore/shipper.yaml\n\n");
}

const SourceCommon& common(const SourceOptions& source) {
  return std::visit([](const auto& options) -> const SourceCommon& { return options; }, source);
}
const SinkCommon& common(const SinkOptions& sink) {
  return std::visit([](const auto& options) -> const SinkCommon& { return options; }, sink);
}
const ListenerCommon* listener(const SourceOptions& source) {
  return std::visit(
      [](const auto& options) -> const ListenerCommon* {
        if constexpr (std::is_base_of_v<ListenerCommon, std::decay_t<decltype(options)>>)
          return &options;
        else
          return nullptr;
      },
      source);
}
std::string_view type_name(const SourceOptions& source) { return source_forms().type_of(source); }
std::string_view type_name(const SinkOptions& sink) { return sink_forms().type_of(sink); }

}  // namespace longshore::shipper
