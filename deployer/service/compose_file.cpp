#include "deployer/service/compose_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/config/nearest.hpp"
#include "common/config/yaml.hpp"
#include "deployer/service/container_keys.hpp"
#include "deployer/service/dotenv.hpp"
#include "deployer/service/objects.hpp"
#include "deployer/service/tree.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;
using config::Node;
using config::Problems;
using config::Spot;
using namespace compose;
using Services = std::map<std::string, Service>;

// As in a composition.
bool is_component(std::string_view name) {
  constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyz0123456789", kMore = "_.-";
  return !name.empty() && name.size() <= 63 && kFirst.find(name[0]) != std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return kFirst.find(c) != std::string_view::npos || kMore.find(c) != std::string_view::npos;
         });
}

void read_service(const Spot& spot, Draft& draft) {
  if (spot.node().kind != Node::Kind::null) {
    read_variables(spot, draft);
    std::vector<Member> members;
    for (const Key& key : service_keys())
      members.push_back({key.name.c_str(), [&key, &draft](const Spot& value) { key.read(value, draft); }});
    read_members(spot, members);
  }
  join_default_network(spot, draft);
}

void read_services(const Spot& root, const File& file, Services& services) {
  if (root.node().find("services") == nullptr) return root.wrong("needs \"services\"");
  const Spot all = root.option("services");
  if (all.node().kind != Node::Kind::map || all.node().map.empty()) return all.wrong("needs a map of services");
  for (const auto& [key, value] : all.node().map) {
    if (key.scalar.starts_with("x-")) continue;
    const Spot spot = all.option(key.scalar);
    if (!is_component(key.scalar))
      spot.at(key).wrong(
          "cannot be the name of a component: a-z, 0-9, \"_\", \".\" and \"-\", at most 63, the first a letter or a digit");
    Service& service = services[key.scalar];
    service.name = key.scalar;
    Draft draft{service, file};
    read_service(spot, draft);
  }
}

// Looks for a way from `name` back to itself.
bool depends_on_itself(const Services& services, const std::string& name) {
  std::set<std::string> seen;
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const std::string at = open.back();
    open.pop_back();
    for (const std::string& next : services.at(at).depends_on) {
      if (next == name) return true;
      if (services.contains(next) && seen.insert(next).second) open.push_back(next);
    }
  }
  return false;
}

void check_dependencies(const Spot& root, const Services& services) {
  std::vector<std::string> names;
  for (const auto& [name, service] : services) names.push_back(name);
  for (const auto& [name, service] : services) {
    const Spot spot = root.option("services").option(name).option("depends_on");
    for (const std::string& other : service.depends_on)
      if (!services.contains(other)) spot.wrong(config::unknown("service", other, names));
    if (depends_on_itself(services, name)) spot.wrong("leads back to the service itself: which is to be started first?");
  }
}

void check_root(const Spot& root) {
  const auto nothing = [](const Spot&) {};
  read_members(root,
               {{"services", nothing},
                {"networks", nothing},
                {"volumes", nothing},
                {"secrets", nothing},
                {"configs", nothing},
                {"version", nothing},  // of the past: says nothing
                {"name", nothing},     // the environment's is taken
                {"include", [](const Spot& spot) {
                   spot.wrong("is not supported: let `docker compose config` write the file without it, and deploy that");
                 }}});
}

// The variables of .env beside the file, below those of the environment.
Lookup lookup(const Outside& outside, const std::string& folder, Problems& problems) {
  const auto text = outside.read_file(folder + ".env");
  if (!text) {
    if (text.error().code != Code::not_found) problems.add({}, "", text.error().message);
    return outside.variable;
  }
  const auto read = read_dotenv(*text, folder + ".env", outside.variable);
  if (!read) {
    problems.add({}, "", read.error().message);
    return outside.variable;
  }
  return [&outside, values = std::map<std::string, std::string>(read->rbegin(), read->rend())](const std::string& name) {
    const auto below = values.find(name);
    auto value = outside.variable(name);
    return value || below == values.end() ? value : below->second;
  };
}

}  // namespace

Result<Services> read_compose(std::string_view yaml, const std::string& file, const std::string& project,
                              const Outside& outside) {
  Problems problems(file);
  Services services;
  if (auto tree = config::parse_yaml(yaml, problems)) {
    const std::string folder = file.substr(0, file.rfind('/') + 1);
    File shared{folder, project, lookup(outside, folder, problems), outside, {}, {}, {}, {}};
    merge_keys(*tree, problems);
    fill_in_variables(*tree, shared.variable, problems);
    static const config::Outside nothing;  // no value of a Compose file is looked for with it
    const Spot root(*tree, "", problems, nothing);
    if (tree->kind == Node::Kind::map) {
      check_root(root);
      read_objects(root, shared);
      read_services(root, shared, services);
      check_dependencies(root, services);
    } else {
      root.wrong("is no Compose file: it needs \"services\"");
    }
  }
  if (problems.count() > 0) return base::fail(Code::invalid, problems.text());
  return services;
}

}  // namespace longshore::deployer
