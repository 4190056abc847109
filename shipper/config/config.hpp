// The whole configuration of shipper: read once, then never changed. A reload makes a new one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/config/source_options.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

struct RulesOptions {
  std::string dir;
};

struct AlertOptions {
  std::string type;  // opsgenie
  std::string url;
  base::Secret api_key;
};

struct Config {
  std::string data_dir;
  std::string admin = "127.0.0.1:8514";
  std::vector<SourceOptions> sources;
  std::vector<TransformOptions> transforms;  // of every source, after its own
  RulesOptions rules;
  SpoolOptions spool;
  std::vector<SinkOptions> sinks;
  std::vector<AlertOptions> alerts;
};

// Code::invalid: every problem, one "file:line:column: path: what" a line.
base::Result<Config> parse_config(std::string_view text, const std::string& file);
base::Result<Config> load_config(const std::string& path);

// What ./run starts with: loopback listeners, the host's own log files, an archive below `data_dir`; also Loggly if the
// environment has LOGGLY_TOKEN.
std::string default_config(std::string_view data_dir);

std::string print_config(const Config& config);  // effective, as YAML; secrets as [secret]
std::string config_reference();                  // docs/reference/shipper-config.md

// Names are filled in by parse_config.
const SourceCommon& common(const SourceOptions& source);
const SinkCommon& common(const SinkOptions& sink);
// Null for a file source.
const ListenerCommon* listener(const SourceOptions& source);

}  // namespace longshore::shipper
