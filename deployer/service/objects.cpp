#include "deployer/service/objects.hpp"

#include <fmt/format.h>

namespace longshore::deployer::compose {
namespace {

using config::Node;
using config::Spot;

bool is_null(const Spot& spot) { return spot.node().kind == Node::Kind::null; }

void set_map(const Spot& spot, Json& place) {
  if (auto map = read_map(spot)) place = std::move(*map);
}
void set_text(const Spot& spot, Json& place) {
  if (const auto text = read_text(spot)) place = *text;
}
void set_flag(const Spot& spot, Json& place) {
  if (const auto flag = read_flag(spot)) place = *flag;
}

Json read_pool(const Spot& spot) {
  Json pool;
  read_members(spot, {{"subnet", [&](const Spot& value) { set_text(value, pool["Subnet"]); }},
                      {"ip_range", [&](const Spot& value) { set_text(value, pool["IPRange"]); }},
                      {"gateway", [&](const Spot& value) { set_text(value, pool["Gateway"]); }},
                      {"aux_addresses", [&](const Spot& value) { set_map(value, pool["AuxiliaryAddresses"]); }}});
  return pool;
}

void read_ipam(const Spot& spot, Json& body) {
  read_members(spot, {{"driver", [&](const Spot& value) { set_text(value, body["IPAM"]["Driver"]); }},
                      {"options", [&](const Spot& value) { set_map(value, body["IPAM"]["Options"]); }},
                      {"config", [&](const Spot& value) {
                         config::for_each_item(value,
                                               [&](const Spot& item) { body["IPAM"]["Config"].push_back(read_pool(item)); });
                       }}});
}

// A network or a volume: `more` reads the keys that are not common to both. Its name is PROJECT_KEY, as with Compose.
ServiceObject read_object(const Spot& spot, const std::string& default_name, const std::string& key, Json body,
                          const std::function<std::vector<Member>(Json&)>& more) {
  ServiceObject object{default_name, "", ""};
  bool external = false, named = false;
  if (!is_null(spot)) {
    std::vector<Member> members = more(body);
    members.insert(members.end(), {{"name",
                                    [&](const Spot& value) {
                                      object.name = read_text(value).value_or("");
                                      named = true;
                                      if (object.name.empty()) value.wrong("must not be empty");
                                    }},
                                   {"external", [&](const Spot& value) { external = read_flag(value).value_or(false); }},
                                   {"driver", [&](const Spot& value) { set_text(value, body["Driver"]); }},
                                   {"labels", [&](const Spot& value) { set_map(value, body["Labels"]); }}});
    read_members(spot, members);
  }
  if (external) {
    for (const auto& [member, value] : spot.node().map)
      if (member.scalar != "name" && member.scalar != "external" && !member.scalar.starts_with("x-") &&
          !(value.map.empty() && value.list.empty() && value.scalar.empty()))
        spot.at(member).wrong(fmt::format("\"{}\" has no effect on what is external", member.scalar));
    if (!named) object.name = key;
    return object;
  }
  body["Name"] = object.name;
  object.body = body.text();
  return object;
}

ServiceObject read_network(const Spot& spot, const File& file, const std::string& key) {
  Json body;
  body["Driver"] = "bridge";
  body["CheckDuplicate"] = true;  // before API 1.44 Docker would make a second one of the same name
  return read_object(spot, file.project + "_" + key, key, body, [](Json& json) -> std::vector<Member> {
    return {{"driver_opts", [&json](const Spot& value) { set_map(value, json["Options"]); }},
            {"internal", [&json](const Spot& value) { set_flag(value, json["Internal"]); }},
            {"attachable", [&json](const Spot& value) { set_flag(value, json["Attachable"]); }},
            {"enable_ipv6", [&json](const Spot& value) { set_flag(value, json["EnableIPv6"]); }},
            {"ipam", [&json](const Spot& value) { read_ipam(value, json); }}};
  });
}

ServiceObject read_volume(const Spot& spot, const File& file, const std::string& key) {
  return read_object(spot, file.project + "_" + key, key, Json(), [](Json& json) -> std::vector<Member> {
    return {{"driver_opts", [&json](const Spot& value) { set_map(value, json["DriverOpts"]); }}};
  });
}

// The path of a secret or config on the hosts; empty where it is wrong.
std::string read_host_file(const Spot& spot) {
  std::string path;
  const std::size_t before = spot.problems();
  const auto refused = [](const Spot& value) {
    value.wrong("is not supported: write \"file\", a path on the hosts, so that its content never passes through here");
  };
  read_members(spot, {{"file",
                       [&](const Spot& value) {
                         path = read_text(value).value_or("");
                         if (!is_absolute(path) || path.find(':') != std::string::npos)
                           value.wrong(
                               fmt::format("\"{}\" is relative to a folder of this machine, and would be looked for on the "
                                           "hosts: write the path that it has there, from /",
                                           path));
                       }},
                      {"name", [](const Spot& value) { read_text(value); }},  // as `docker compose config` writes it
                      {"environment", refused},
                      {"content", refused},
                      {"external", refused},
                      {"labels", refused},
                      {"driver", refused},
                      {"driver_opts", refused},
                      {"template_driver", refused}});
  if (spot.problems() == before && path.empty()) spot.wrong("needs \"file\": its path on the hosts");
  return spot.problems() == before ? clean_path(path) : std::string();
}

// Calls `read` for each member of root's map `name`, if there is one.
void for_each(const Spot& root, const char* name,
              const std::function<void(const std::string& key, const Spot& spot)>& read) {
  if (root.node().find(name) == nullptr) return;
  const Spot map = root.option(name);
  if (is_null(map)) return;
  if (map.node().kind != Node::Kind::map) return map.wrong("needs a map");
  for (const auto& [key, value] : map.node().map)
    if (!key.scalar.starts_with("x-")) read(key.scalar, map.option(key.scalar));
}

}  // namespace

void read_objects(const Spot& root, File& file) {
  static const Node kNothing;
  file.networks["default"] = read_network(root.at(kNothing), file, "default");
  for_each(root, "networks",
           [&](const std::string& key, const Spot& spot) { file.networks[key] = read_network(spot, file, key); });
  for_each(root, "volumes",
           [&](const std::string& key, const Spot& spot) { file.volumes[key] = read_volume(spot, file, key); });
  for_each(root, "secrets", [&](const std::string& key, const Spot& spot) { file.secrets[key] = read_host_file(spot); });
  for_each(root, "configs", [&](const std::string& key, const Spot& spot) { file.configs[key] = read_host_file(spot); });
}

}  // namespace longshore::deployer::compose
