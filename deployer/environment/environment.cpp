#include "deployer/environment/environment.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/zone.hpp"
#include "common/config/reference.hpp"
#include "common/config/sample.hpp"
#include "common/config/yaml.hpp"
#include "deployer/environment/checks.hpp"
#include "deployer/environment/host_url.hpp"
#include "deployer/environment/schemas.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;
using config::choice;
using config::field;
using config::list;
using config::nested;
using config::Outside;
using config::Problems;
using config::Rule;
using config::Schema;
using config::Spot;

Rule<std::string> time_zone() {
  return {"time zone", [](const std::string& text, const Outside& outside) {
            if (base::Zone::from_offset(text)) return std::string();
            const bool name = !text.empty() && text[0] != '/' && text.find("..") == std::string::npos;
            if (name && outside.readable("/usr/share/zoneinfo/" + text)) return std::string();
            return fmt::format("\"{}\" is no time zone: write UTC, +02:00, or a name that /usr/share/zoneinfo has", text);
          }};
}

const Schema<Environment>& schema() {
  static const Schema<Environment> table{
      field("services", &Environment::services, "The Compose file with the components, from this file's folder"),
      field("prefix", &Environment::prefix, "Put before the name of each container").is(name_rule()).example("shop-"),
      list("hosts", &Environment::hosts, host_schema(), "Where Docker runs").required(),
      list("balancers", &Environment::balancers, balancer_schema(),
           "All load balancers in front; each must agree before a node is touched"),
      list("registries", &Environment::registries, registry_schema(),
           "Where images come from, if it takes a login or its own authority"),
      list("components", &Environment::components, placement_schema(), "What runs where, and what tells that it works")
          .required(),
      choice("drain", &Environment::drain,
             {{"health", Drain::health},
              {"health_stop", Drain::health_stop},
              {"haproxy", Drain::haproxy},
              {"none", Drain::none}},
             "How a node leaves the balancers: the health container says 404, is stopped, HAProxy is told over its stats "
             "socket, "
             "or nothing stands in front"),
      field("health_container", &Environment::health_container,
            "With `drain: health` and `health_stop`: the component, or a container of the hosts, that balancers ask")
          .is(name_rule())
          .example("health"),
      nested("policy", &Environment::policy, policy_schema(), "How carefully"),
      nested("gates", &Environment::gates, gates_schema(), "What stops a rollout while a new node is watched"),
      nested("dark_probe", &Environment::dark_probe, dark_probe_schema(),
             "A request through the balancer to a new node that gets no others yet"),
      list("windows", &Environment::windows, window_schema(), "When a rollout may begin; at any time if none is given"),
      field("zone", &Environment::zone, "Time zone of the windows").is(time_zone()),
      nested("hooks", &Environment::hooks, hooks_schema(),
             "Commands that are run here, with LONGSHORE_* in their environment"),
      nested("markers", &Environment::markers, markers_schema(), "Who else is told of a rollout"),
  };
  return table;
}

// "environments/staging.yaml" → "staging"
std::string stem_of(const std::string& file) {
  const std::string name = file.substr(file.rfind('/') + 1);
  return name.substr(0, name.rfind('.') == 0 ? std::string::npos : name.rfind('.'));
}

// It names networks and volumes, as the project of Compose does.
bool is_environment_name(std::string_view name) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789_-";
  return !name.empty() && name.size() <= 63 && name.find_first_not_of(kLetters) == std::string_view::npos &&
         name[0] != '_' && name[0] != '-';
}

std::string default_address(const HostEntry& host) {
  const auto url = parse_host_url(host.url);
  return url && url->scheme != HostUrl::Scheme::unix_socket ? url->host : "127.0.0.1";
}

}  // namespace

std::vector<const HostEntry*> Environment::hosts_of(const Placement& placement) const {
  const auto names = [&](const std::string& wanted) {
    return std::find(placement.hosts.begin(), placement.hosts.end(), wanted) != placement.hosts.end();
  };
  std::vector<const HostEntry*> found;
  for (const HostEntry& host : hosts)
    if (names("all") || names(host.name) || std::any_of(host.groups.begin(), host.groups.end(), names))
      found.push_back(&host);
  return found;
}

const RegistryEntry* Environment::registry_of(std::string_view image_domain) const {
  const auto found = std::find_if(registries.begin(), registries.end(),
                                  [&](const RegistryEntry& registry) { return registry.host == image_domain; });
  return found == registries.end() ? nullptr : &*found;
}

Result<Environment> read_environment(std::string_view yaml, const std::string& file, const Outside& outside) {
  Problems mistakes(file), warnings(file);
  Environment environment;
  environment.name = stem_of(file);
  if (!is_environment_name(environment.name))
    mistakes.add({}, "",
                 fmt::format("\"{}\" cannot be the name of an environment: name the file with a-z, 0-9, \"_\" and \"-\"",
                             environment.name));
  if (const auto root = config::parse_yaml(yaml, mistakes)) {
    const Spot spot(*root, "", mistakes, outside);
    schema().read(spot, environment);
    if (mistakes.count() == 0) check_environment(environment, spot, spot.into(warnings));
  }
  if (mistakes.count() > 0) return base::fail(Code::invalid, mistakes.text());
  for (HostEntry& host : environment.hosts)
    if (host.address.empty()) host.address = default_address(host);
  const std::string text = warnings.text();
  for (std::size_t at = 0, end = 0; at < text.size(); at = end + 1) {
    end = std::min(text.find('\n', at), text.size());
    environment.warnings.push_back(text.substr(at, end - at));
  }
  return environment;
}

std::string print_environment(const Environment& environment) { return schema().print(environment); }

std::string environment_reference() {
  return config::reference(schema(), R"(# environments/NAME.yaml

Every option of an environment, made from the tables in `deployer/environment/`. [A sample](deployer-environment.yaml) has all of
them; [environments](../deployer/environments.md) tells what they are for.

- A size or duration carries its unit: `64MiB`, `5MB`, `30s`, `7d`. A bare number is refused.
- An unknown option is an error, with the place in the file and what was probably meant. All errors are told at once.
- A secret never stands in the file: `NAME_file: PATH`, or `NAME: env:VARIABLE`.
- `{host}`, `{address}`, `{server}`, `{tag}`, `{digest}` and `{composition}` in probes stand for those of the node at hand.

)");
}

std::string environment_sample() {
  return config::sample(schema(),
                        "Sample of an environment: every option with its default. Take a # away to switch an option on.\n"
                        "Sizes and durations carry units (64MiB, 30s). Usual place: environments/NAME.yaml in git\n\n");
}

}  // namespace longshore::deployer
