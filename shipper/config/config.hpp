// The whole configuration of shipper: read once, then never changed. A reload makes a new one.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/result.hpp"
#include "common/config/outside.hpp"
#include "rules/config/alert_forms.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/config/source_options.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

struct RulesOptions {
  std::string dir;
  std::map<std::string, std::string> host;  // fields host.NAME of every event
  base::Bytes memory{64 << 20};             // of what the rules remember
  bool operator==(const RulesOptions&) const = default;
};

struct Config {
  std::string data_dir;  // absolute, or below the working directory
  std::string admin = "127.0.0.1:8514";
  std::vector<SourceOptions> sources;
  std::vector<TransformOptions> transforms;  // of every source, after its own
  RulesOptions rules;
  SpoolOptions spool;
  std::vector<SinkOptions> sinks;
  std::vector<rules::AlertSinkForms> alerts;
};

// Code::invalid: every problem, one "file:line:column: path: what" a line. `file` is for the messages. Secrets are read, and
// files that are named are looked at, through `outside`. Names of sources and sinks are filled in.
base::Result<Config> parse_config(std::string_view text, const std::string& file,
                                  const config::Outside& outside = config::real_outside());
// Also not_found, permission, io: the file itself.
base::Result<Config> load_config(const std::string& path, const config::Outside& outside = config::real_outside());

std::string print_config(const Config& config);  // effective, as YAML; secrets as [secret]
std::string config_reference();                  // docs/reference/shipper-config.md
std::string sample_config();                     // docs/reference/shipper.yaml: every option, commented

const SourceCommon& common(const SourceOptions& source);
const SinkCommon& common(const SinkOptions& sink);
// Null for a file source.
const ListenerCommon* listener(const SourceOptions& source);
// The `type:` in the configuration, e.g. "syslog", "loggly_syslog".
std::string_view type_name(const SourceOptions& source);
std::string_view type_name(const SinkOptions& sink);

}  // namespace longshore::shipper
