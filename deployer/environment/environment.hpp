// An environment: where a composition runs and by which rules it is rolled out. environments/NAME.yaml. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "common/base/result.hpp"
#include "common/base/secret.hpp"
#include "common/config/outside.hpp"

namespace longshore::deployer {

struct HostEntry {
  std::string name;
  std::string url;                  // ssh://[user@]host[:port], unix:///path, tcp+tls://host:port
  std::string address;              // where its published ports are reached; default: the host of `url`, 127.0.0.1 of unix
  std::vector<std::string> groups;  // "all" is every host
  std::string ca_file, cert_file, key_file;     // of tcp+tls
  std::string ssh_config;                       // of ssh: a file in place of the user's and the system's (ssh -F)
  std::string socket = "/var/run/docker.sock";  // of ssh: Docker's, on the host
};

struct BalancerEntry {
  std::string name;
  std::string
      url;  // unix:///run/haproxy.sock, tcp://host:port (stats socket), http(s)://host:port/path (CSV: ;csv is added)
  std::string via;      // host through whose transport it is reached; empty: from here
  std::string ca_file;  // of https; empty: the system's
  std::string username;
  base::Secret password;
};

// How a node leaves and re-enters the load balancers.
enum class Drain {
  health,       // the health container answers 404 (and `drain` at its agent port): SIGUSR1 and SIGUSR2 to it
  health_stop,  // the health container is stopped and started
  haproxy,      // the runtime API of every balancer
  none,         // nothing stands in front
};

struct HttpProbe {
  std::string url;  // http://{address}:8080/health; placeholders.hpp tells what {…} stands for
  int status = 200;
  std::string header, value;  // "X-Version" must be `value`, e.g. {tag}
  std::string contains;       // text that the body must hold
  base::Duration timeout = std::chrono::seconds(2);
};

// Where a component of the composition runs, and what tells that it works.
struct Placement {
  std::string component;
  std::vector<std::string> hosts = {"all"};  // names or groups
  std::string backend;                       // behind which backend of the balancers; empty: behind none
  std::string server = "{host}";             // its name there
  std::vector<HttpProbe> http;
  std::vector<std::string> tcp;                              // "{address}:5432"
  base::Duration start_deadline = std::chrono::seconds(60);  // from its start until it is healthy
};

struct Gates {
  base::Duration interval = std::chrono::seconds(1);
  std::uint64_t max_5xx = 0;     // more 5xx (HAProxy's) than this, of the new node while it is watched
  double max_5xx_ratio = 0;      // or this share of its requests, if greater than that of the old nodes
  double max_latency_ratio = 0;  // of the mean of the old nodes; 0: not looked at
  std::uint64_t max_restarts = 0;
  std::string log_pattern;  // RE2; a line of the new container that matches stops the rollout
  std::string shipper;  // admin address on each host, "http://127.0.0.1:8514": an alert that opens there stops the rollout
  std::vector<std::string> ignore_rules;  // names of rules that do not
};

struct DarkProbe {     // through the balancer to the node that is out of rotation, by its persistence cookie
  std::string url;     // http://lb1:8080/version
  std::string cookie;  // SRV={server}
  int status = 200;
  std::string header, value;
};

enum class OnFailure { stop, rollback };

struct Policy {
  std::uint64_t wave = 1;   // hosts at once after the first
  std::uint64_t floor = 1;  // servers of a backend that every balancer must still have in rotation when a node leaves
  std::uint64_t failure_budget = 0;                // hosts that may fail before the rollout stops
  OnFailure on_failure = OnFailure::stop;          // what happens to those that are done when the budget is spent
  bool allow_downtime = false;                     // a backend of one server may be without any
  base::Duration bake = std::chrono::seconds(30);  // of the first host
  base::Duration soak = std::chrono::seconds(5);   // of each other
  base::Duration drain_deadline = std::chrono::seconds(30);
  base::Duration rotation_deadline = std::chrono::seconds(30);  // until every balancer says UP
  base::Duration pull_deadline = std::chrono::minutes(10);
  base::Bytes min_disk{0};          // must be free for images on each host
  std::uint64_t keep_releases = 5;  // whose images are kept
};

struct Window {                  // when a rollout may begin (window.hpp)
  std::string days = "mon-sun";  // "mon-fri", "sat,sun"
  std::string from = "00:00", to = "24:00";
};

struct Hooks {  // commands run here with LONGSHORE_* in the environment; a failing `before` refuses the rollout
  std::string before, after, failed;
};

struct Markers {
  std::string loggly_url;  // https://logs-01.loggly.com
  base::Secret loggly_token;
  std::string grafana_url;
  base::Secret grafana_token;
  std::vector<std::string> webhooks;
};

struct RegistryEntry {
  std::string host;  // "registry.example:5000", as images name it
  bool plain_http = false;
  std::string ca_file, username;
  base::Secret password;
};

struct Environment {
  std::string name;                       // the file's stem
  std::string services = "compose.yaml";  // the Compose file, from the environment file's folder
  std::string prefix;                     // put before each container's name
  std::vector<HostEntry> hosts;
  std::vector<BalancerEntry> balancers;
  std::vector<RegistryEntry> registries;
  std::vector<Placement> components;
  Drain drain = Drain::none;
  std::string health_container;  // for Drain::health and health_stop
  Policy policy;
  Gates gates;
  std::optional<DarkProbe> dark_probe;
  std::vector<Window> windows;  // empty: at any time
  std::string zone = "UTC";     // of the windows
  Hooks hooks;
  Markers markers;
  std::vector<std::string> warnings;  // FILE:LINE:COLUMN: what is allowed, and hardly meant

  std::vector<const HostEntry*> hosts_of(const Placement& placement) const;  // in the file's order
  const RegistryEntry* registry_of(std::string_view image_domain) const;     // null: no login, https
};

// `yaml` is the text of `file`. Code::invalid with every mistake, a line each, as FILE:LINE:COLUMN.
base::Result<Environment> read_environment(std::string_view yaml, const std::string& file,
                                           const config::Outside& outside = config::real_outside());

std::string print_environment(const Environment& environment);  // effective, as YAML; secrets are hidden
std::string environment_reference();                            // docs/reference/deployer-environment.md
std::string environment_sample();                               // docs/reference/deployer-environment.yaml

}  // namespace longshore::deployer
