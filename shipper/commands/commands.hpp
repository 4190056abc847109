// What the command line can do. Each returns the exit code of the process (sysexits: 64 usage, 65 data, 69 unavailable, 70
// internal, 78 configuration).
#pragma once

#include <cstdint>
#include <string>

#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "shipper/config/config.hpp"

namespace longshore::shipper {

enum ExitCode { kOk = 0, kUsage = 64, kDataError = 65, kUnavailable = 69, kInternal = 70, kConfiguration = 78 };

// Where the configuration comes from.
struct ConfigSource {
  std::string path = "/etc/longshore/shipper.yaml";
  bool embedded = false;                    // the default of ./run, with `data_dir`
  std::string data_dir = "longshore-data";  // made absolute
  std::string rules_dir = {};               // of the embedded one; empty: no rules
  base::Result<Config> load() const;
};

struct RunOptions {
  ConfigSource config;
  base::Duration end_after{};       // 0: until it is told to stop
  base::Duration progress_every{};  // 0: none; otherwise a plain line on stdout
  base::Duration drain_limit = std::chrono::seconds(10);
};
int run(const RunOptions& options);

// Validates the configuration, that its addresses can be bound, and that its spool can be read; --offline leaves out the
// latter.
int check(const ConfigSource& source, bool print_only);

int top(const std::string& admin, base::Duration interval, bool once);
int tap(const std::string& admin, const std::string& query, std::uint64_t limit);
int healthcheck(const std::string& admin);

}  // namespace longshore::shipper
