// What a container may use: `deploy.resources`, and the older keys beside it that say the same; `ulimits`, `devices`.
#include <fmt/format.h>

#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;

constexpr std::int64_t kNano = 1'000'000'000;

// A limit that `deploy.resources.limits` and a key of its own can both say.
void limit(const Spot& spot, Draft& draft, std::optional<std::int64_t>& already, std::optional<std::int64_t> value,
           const char* field, const char* key) {
  if (!value) return;
  if (already && *already != *value)
    return spot.wrong(fmt::format("says another value than \"{}\", which is the same limit", key));
  already = value;
  draft.host()[field] = *value;
  draft.part(key, *value);
}

void read_limits(const Spot& spot, Draft& draft) {
  read_members(spot, {{"memory", [&](const Spot& value) { read_memory_limit(value, draft); }},
                      {"cpus", [&](const Spot& value) { read_cpus(value, draft); }},
                      {"pids", [&](const Spot& value) { read_pids_limit(value, draft); }}});
}

void read_reservations(const Spot& spot, Draft& draft) {
  const auto refused = [](const Spot& value) { value.wrong("is not supported: a single host reserves memory alone"); };
  read_members(spot, {{"memory",
                       [&](const Spot& value) {
                         const auto size = read_size(value);
                         if (!size) return;
                         if (draft.service.parts.contains("mem_reservation"))
                           return value.wrong("and \"mem_reservation\" say the same: write one of them");
                         draft.host()["MemoryReservation"] = *size;
                         draft.part("mem_reservation", *size);
                       }},
                      {"cpus", refused},
                      {"devices", refused},
                      {"generic_resources", refused}});
}

}  // namespace

void read_memory_limit(const Spot& spot, Draft& draft) {
  limit(spot, draft, draft.memory, read_size(spot), "Memory", "mem_limit");
}
void read_cpus(const Spot& spot, Draft& draft) {
  limit(spot, draft, draft.nano_cpus, read_decimal(spot, kNano), "NanoCpus", "cpus");
}
void read_pids_limit(const Spot& spot, Draft& draft) {
  limit(spot, draft, draft.pids, read_number(spot), "PidsLimit", "pids_limit");
}

void read_deploy(const Spot& spot, Draft& draft) {
  const auto policy = [](const Spot& value) {
    value.wrong("is Swarm's: how a rollout goes is said by \"policy\" of the environment");
  };
  read_members(
      spot, {{"resources",
              [&](const Spot& value) {
                read_members(value,
                             {{"limits", [&](const Spot& limits) { read_limits(limits, draft); }},
                              {"reservations", [&](const Spot& reservations) { read_reservations(reservations, draft); }}});
              }},
             {"mode",
              [](const Spot& value) {
                if (read_text(value) != "replicated")
                  value.wrong("is Swarm's: where a component runs is said by the environment");
              }},
             {"replicas",
              [](const Spot& value) {
                if (read_number(value) != 1)
                  value.wrong("is not supported: a component has one container on each of its hosts");
              }},
             {"placement",
              [](const Spot& value) {  // as `docker compose config` writes it
                if (!value.node().map.empty()) value.wrong("is Swarm's: where a component runs is said by the environment");
              }},
             {"update_config", policy},
             {"rollback_config", policy},
             {"restart_policy", [](const Spot& value) { value.wrong("is Swarm's: write \"restart\" beside \"deploy\""); }},
             {"labels", [](const Spot& value) { value.wrong("is Swarm's: write \"labels\" beside \"deploy\""); }},
             {"endpoint_mode", [](const Spot& value) { value.wrong("is Swarm's, and has no meaning here"); }}});
}

void read_ulimits(const Spot& spot, Draft& draft) {
  if (spot.node().kind != config::Node::Kind::map) return spot.wrong("needs a map");
  std::map<std::string, Json> limits;
  for (const auto& [key, value] : spot.node().map) {
    const Spot item = spot.option(key.scalar);
    std::optional<std::int64_t> soft, hard;
    if (value.kind == config::Node::Kind::map)
      read_members(item, {{"soft", [&](const Spot& each) { soft = read_number(each); }},
                          {"hard", [&](const Spot& each) { hard = read_number(each); }}});
    else
      soft = hard = read_number(item);
    if (!soft || !hard) {
      if (value.kind == config::Node::Kind::map && value.map.size() < 2) item.wrong("needs \"soft\" and \"hard\"");
      continue;
    }
    Json& limit = limits[key.scalar];
    limit["Name"] = key.scalar;
    limit["Soft"] = *soft;
    limit["Hard"] = *hard;
    draft.part("ulimits." + key.scalar, limit);
  }
  for (auto& [name, limit] : limits) draft.host()["Ulimits"].push_back(std::move(limit));
}

void read_devices(const Spot& spot, Draft& draft) {
  config::for_each_item(spot, [&](const Spot& item) {
    std::string source, target, permissions = "rwm";
    const std::size_t before = item.problems();
    if (item.node().kind == config::Node::Kind::map) {
      read_members(item, {{"source", into(source)}, {"target", into(target)}, {"permissions", into(permissions)}});
    } else if (const auto word = read_text(item)) {  // SOURCE[:TARGET[:PERMISSIONS]]
      const std::size_t first = std::min(word->find(':'), word->size());
      const std::size_t second = first == word->size() ? first : std::min(word->find(':', first + 1), word->size());
      source = word->substr(0, first);
      if (first < word->size()) target = word->substr(first + 1, second - first - 1);
      if (second < word->size()) permissions = word->substr(second + 1);
    }
    if (item.problems() > before) return;
    if (target.empty()) target = source;
    if (!is_absolute(source) || !is_absolute(target) || permissions.find_first_not_of("rwm") != std::string::npos)
      return item.wrong("is no device: write /dev/NAME[:/dev/NAME[:rwm]]");
    Json device;
    device["PathOnHost"] = source;
    device["PathInContainer"] = target;
    device["CgroupPermissions"] = permissions;
    draft.part("devices." + target, device);
    draft.host()["Devices"].push_back(std::move(device));
  });
  draft.host()["Devices"].sort();
}

}  // namespace longshore::deployer::compose
