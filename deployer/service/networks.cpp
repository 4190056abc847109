// `networks` and `network_mode` of a service. Without either it is in the default network of its environment, as with
// Compose.
#include <fmt/format.h>

#include <algorithm>

#include "common/base/ip_network.hpp"
#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;

struct Joined {
  ServiceObject network;
  std::string key;  // in the file
  std::int64_t priority = 0;
  Json endpoint;
};

Json read_endpoint(const Spot& spot, const std::string& service, std::int64_t& priority) {
  std::vector<std::string> aliases;
  Json endpoint;
  const auto address = [&endpoint](const char* field) {
    return [&endpoint, field](const Spot& value) {
      const auto text = read_text(value);
      if (!text) return;
      if (!base::parse_ip_address(*text)) return value.wrong(fmt::format("\"{}\" is no address", *text));
      endpoint["IPAMConfig"][field] = *text;
    };
  };
  if (spot.node().kind != config::Node::Kind::null)
    read_members(spot, {{"aliases", [&](const Spot& value) { aliases = read_texts(value).value_or(aliases); }},
                        {"ipv4_address", address("IPv4Address")},
                        {"ipv6_address", address("IPv6Address")},
                        {"link_local_ips",
                         [&](const Spot& value) {
                           if (const auto ips = read_texts(value)) endpoint["IPAMConfig"]["LinkLocalIPs"] = json_of(*ips);
                         }},
                        {"driver_opts",
                         [&](const Spot& value) {
                           if (auto options = read_map(value)) endpoint["DriverOpts"] = std::move(*options);
                         }},
                        {"priority", [&](const Spot& value) { priority = read_number(value).value_or(0); }}});
  aliases.push_back(service);
  std::sort(aliases.begin(), aliases.end());
  aliases.erase(std::unique(aliases.begin(), aliases.end()), aliases.end());
  endpoint["Aliases"] = json_of(aliases);
  return endpoint;
}

void join(Draft& draft, std::vector<Joined> all) {
  std::stable_sort(all.begin(), all.end(), [](const Joined& a, const Joined& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.key < b.key;
  });
  for (Joined& each : all) {
    each.network.endpoint = each.endpoint.text();
    draft.part("networks." + each.network.name, each.endpoint);
    draft.service.networks.push_back(each.network);
  }
  if (all.empty()) return;
  const std::string& first = all.front().network.name;
  draft.host()["NetworkMode"] = first;
  draft.config()["NetworkingConfig"]["EndpointsConfig"][first] = all.front().endpoint;
  if (all.size() > 1) draft.part("network_mode", first);  // the first one gives the default route
}

}  // namespace

void read_networks(const Spot& spot, Draft& draft) {
  std::vector<Joined> all;
  const auto add = [&](const Spot& item, const std::string& key, const Spot& endpoint) {
    const auto network = draft.file.networks.find(key);
    if (network == draft.file.networks.end()) return item.wrong(undeclared("network", key, draft.file.networks));
    if (std::any_of(all.begin(), all.end(), [&](const Joined& each) { return each.network.name == network->second.name; }))
      return item.wrong(fmt::format("\"{}\" stands twice", key));
    Joined joined{network->second, key, 0, {}};
    joined.endpoint = read_endpoint(endpoint, draft.service.name, joined.priority);
    all.push_back(std::move(joined));
  };
  static const config::Node kNothing;
  if (spot.node().kind == config::Node::Kind::map) {
    for (const auto& [key, value] : spot.node().map) add(spot.at(key), key.scalar, spot.option(key.scalar));
  } else {
    config::for_each_item(spot, [&](const Spot& item) {
      if (const auto key = read_text(item)) add(item, *key, item.at(kNothing));
    });
  }
  join(draft, std::move(all));
}

void read_network_mode(const Spot& spot, Draft& draft) {
  const auto mode = read_text(spot);
  if (!mode) return;
  if (*mode != "host" && *mode != "none" && *mode != "bridge")
    return spot.wrong(fmt::format(
        "\"{}\" is not supported: host, none or bridge; the network of another container ends with that one", *mode));
  draft.host()["NetworkMode"] = *mode;
  draft.part("network_mode", *mode);
}

void join_default_network(const Spot& service, Draft& draft) {
  const bool mode = is_given(service, "network_mode"), given = is_given(service, "networks");
  if (mode && given) return service.option("network_mode").wrong("and networks exclude each other");
  if (mode || given) return;
  Joined joined{draft.file.networks.at("default"), "default", 0, {}};
  joined.endpoint["Aliases"] = json_of({draft.service.name});
  join(draft, {std::move(joined)});
}

}  // namespace longshore::deployer::compose
