// A service while its keys are read, and what the services of a file share. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/config/spot.hpp"
#include "common/config/table.hpp"
#include "deployer/service/compose_file.hpp"
#include "deployer/service/interpolate.hpp"
#include "deployer/service/service.hpp"
#include "deployer/service/values.hpp"

namespace longshore::deployer::compose {

struct File {
  std::string folder;   // of the Compose file, with a slash at its end; empty: the current one
  std::string project;  // before the names of networks and volumes
  Lookup variable;
  const Outside& outside;
  std::map<std::string, ServiceObject> networks, volumes;  // by their names in the file
  std::map<std::string, std::string> secrets, configs;     // paths on the hosts
};

struct Draft {
  Service& service;
  const File& file;
  std::optional<std::int64_t> memory = {}, nano_cpus = {}, pids = {};  // two keys may say them (resources.cpp)
  std::set<std::string> targets = {};                                  // of mounts

  Json& config() { return service.body; }
  Json& host() { return service.body["HostConfig"]; }
  // Takes a place in the container, for one mount alone; false, with the problem added, if it is none, or taken.
  bool take_target(const config::Spot& spot, const std::string& target);  // mounts.cpp
  // Of what `plan` names: `value` is what makes the difference.
  void part(const std::string& key, const Json& value) { service.parts[key] = value.text(); }
};

// Each reads one key of a service; the spot is its value, which is not null.
void read_ports(const config::Spot& spot, Draft& draft);  // ports.cpp
void read_expose(const config::Spot& spot, Draft& draft);
void read_volumes(const config::Spot& spot, Draft& draft);  // mounts.cpp
void read_tmpfs(const config::Spot& spot, Draft& draft);
void read_secrets(const config::Spot& spot, Draft& draft);  // host_files.cpp
void read_configs(const config::Spot& spot, Draft& draft);
void read_networks(const config::Spot& spot, Draft& draft);  // networks.cpp
void read_network_mode(const config::Spot& spot, Draft& draft);
void join_default_network(const config::Spot& service, Draft& draft);  // if neither of the two is given
void read_healthcheck(const config::Spot& spot, Draft& draft);         // healthcheck.cpp
void read_deploy(const config::Spot& spot, Draft& draft);              // resources.cpp
void read_memory_limit(const config::Spot& spot, Draft& draft);
void read_cpus(const config::Spot& spot, Draft& draft);
void read_pids_limit(const config::Spot& spot, Draft& draft);
void read_ulimits(const config::Spot& spot, Draft& draft);
void read_devices(const config::Spot& spot, Draft& draft);
// variables.cpp: `environment` and `env_file` are one thing; null where the service has none.
void read_variables(const config::Spot& service, Draft& draft);

}  // namespace longshore::deployer::compose
