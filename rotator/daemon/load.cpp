#include "rotator/daemon/load.hpp"

#include <fstream>
#include <iterator>

#include "rotator/config/blocks.hpp"
#include "rotator/logrotate/config_reader.hpp"
#include "rotator/rotation/system_outside.hpp"

namespace longshore::rotator {
namespace {

class Collected final : public Messages {
 public:
  void say(Level level, std::string text) override {
    if (level == Level::error) errors += text + "\n";
  }
  std::string errors;
};

bool is_yaml(const std::string& path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

base::Result<base::Zone> zone_of(const std::string& name) {
  if (const auto offset = base::Zone::from_offset(name)) return *offset;
  const std::string path = name == "local" ? "/etc/localtime" : "/usr/share/zoneinfo/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file && name == "local") return base::Zone::utc();  // a host, or an image, without one
  if (!file) return base::fail(base::Code::not_found, "timezone " + name + ": there is no " + path);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return base::Zone::from_tzif(bytes, name);
}

}  // namespace

base::Result<Setup> load_setup(const std::vector<std::string>& paths) {
  Setup setup;
  auto rules = std::make_shared<Rules>();
  std::vector<std::string> logrotate;
  bool ours = false;
  for (const std::string& path : paths) {
    if (!is_yaml(path)) {
      logrotate.push_back(path);
      continue;
    }
    if (std::exchange(ours, true))
      return base::fail(base::Code::invalid, path + ": a second rotator.yaml; one file holds everything");
    TRY(config, load_config(path));
    setup.config = std::move(config);
    rules->blocks = blocks_of(setup.config, path);
  }
  logrotate.insert(logrotate.end(), setup.config.logrotate.begin(), setup.config.logrotate.end());
  if (!logrotate.empty()) {
    SystemOutside outside;
    Collected messages;
    const Configuration read = read_configuration(logrotate, outside, messages);
    if (read.failed) return base::fail(base::Code::invalid, messages.errors);
    for (const Block& block : read.blocks) rules->blocks.push_back({block.pattern, block, {}});
  }
  rules->volumes = setup.config.volumes;
  rules->docker_files = setup.config.docker_files;
  setup.rules = std::move(rules);
  TRY(zone, zone_of(setup.config.timezone));
  setup.zone = std::move(zone);
  return setup;
}

std::string docker_socket(const Config& config) { return config.docker.substr(std::string("unix://").size()); }

}  // namespace longshore::rotator
