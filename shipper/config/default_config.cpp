#include "shipper/config/default_config.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <filesystem>

#include "common/config/value.hpp"

namespace longshore::shipper {
namespace {

bool is_set(const config::Outside& outside, const char* variable) {
  const auto value = outside.environment(variable);
  return value && !value->empty();
}

std::string absolute(const std::string& path) { return std::filesystem::absolute(path).lexically_normal().string(); }

}  // namespace

std::string default_config(const std::string& data_dir, const std::string& rules_dir, const config::Outside& outside) {
  const std::string dir = absolute(data_dir);
  const std::string socket = dir + "/log.sock";
  std::string out = fmt::format(R"(# What shipper runs without a configuration: loopback only, no account needed.
data_dir: {}
admin: 127.0.0.1:8514
sources:
  - {{type: syslog, listen: "udp://127.0.0.1:5514"}}
  - {{type: syslog, listen: "tcp://127.0.0.1:5514"}}
)",
                                config::print_text(dir));
  if (socket.size() < sizeof(sockaddr_un::sun_path))  // a deep folder has no room for one
    out += fmt::format("  - {{type: syslog, listen: {}}}\n", config::print_text("unix-dgram://" + socket));
  out += fmt::format(R"(  - {{type: gelf, listen: "udp://127.0.0.1:12201"}}
  - {{type: gelf, listen: "tcp://127.0.0.1:12201"}}
  - {{type: forward, listen: "tcp://127.0.0.1:24224"}}
  - {{type: file, paths: ["/var/log/**/*.log"]}}
sinks:
  - {{type: archive, dir: {}, compress: zstd}}
)",
                     config::print_text(dir + "/archive"));
  if (is_set(outside, "LOGGLY_TOKEN"))
    out += "  - {type: loggly, url: \"https://logs-01.loggly.com\", token: \"env:LOGGLY_TOKEN\", tags: [longshore]}\n";
  if (!rules_dir.empty()) out += fmt::format("rules: {{dir: {}}}\n", config::print_text(absolute(rules_dir)));
  out += fmt::format("alerts:\n  - {{type: file, path: {}}}\n", config::print_text(dir + "/alerts.jsonl"));
  if (is_set(outside, "OPSGENIE_API_KEY"))
    out += "  - {type: opsgenie, url: \"https://api.opsgenie.com\", api_key: \"env:OPSGENIE_API_KEY\"}\n";
  return out;
}

}  // namespace longshore::shipper
