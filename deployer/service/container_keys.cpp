#include "deployer/service/container_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace longshore::deployer::compose {
namespace {

using config::Spot;

using Place = Json& (Draft::*)();
using Reader = std::function<std::optional<Json>(const Spot&)>;

// A key that is a field of Docker's: the value that `read` makes of it.
Key field(const char* key, Place place, const char* name, Reader read) {
  return {key, [=](const Spot& spot, Draft& draft) {
            const auto value = read(spot);
            if (!value) return;
            (draft.*place)()[name] = *value;
            draft.part(key, *value);
          }};
}

template <class V>
std::optional<Json> as_json(const std::optional<V>& value) {
  return value ? std::optional(Json(*value)) : std::nullopt;
}

std::optional<Json> text(const Spot& spot) { return as_json(read_text(spot)); }
std::optional<Json> flag(const Spot& spot) { return as_json(read_flag(spot)); }
std::optional<Json> number(const Spot& spot) { return as_json(read_number(spot)); }
std::optional<Json> size(const Spot& spot) { return as_json(read_size(spot)); }

std::optional<Json> texts(const Spot& spot) {
  const auto list = read_text_or_texts(spot);
  return list ? std::optional(json_of(*list)) : std::nullopt;
}
std::optional<Json> set_of_texts(const Spot& spot) {  // whose order means nothing
  auto value = texts(spot);
  if (value) value->sort();
  return value;
}

// Texts of which Docker knows a few alone; those that name another container are not supported.
Reader one_of(std::vector<std::string> known) {
  return [known](const Spot& spot) -> std::optional<Json> {
    const auto value = read_text(spot);
    if (value && std::find(known.begin(), known.end(), *value) == known.end()) {
      spot.wrong(fmt::format("\"{}\" is not supported: {}", *value, fmt::join(known, ", ")));
      return std::nullopt;
    }
    return as_json(value);
  };
}

std::optional<Json> memory_swap(const Spot& spot) {  // -1: without a limit
  return spot.node().scalar == "-1" ? std::optional(Json(-1)) : size(spot);
}

std::optional<Json> duration_in_us(const Spot& spot) {  // 400000, or 400ms
  const std::string& value = spot.node().scalar;
  if (!value.empty() && value.find_first_not_of("-0123456789") == std::string::npos) return number(spot);
  const auto duration = read_duration(spot);
  return duration ? std::optional(Json(std::chrono::duration_cast<std::chrono::microseconds>(*duration).count()))
                  : std::nullopt;
}

std::optional<Json> security_options(const Spot& spot) {
  auto options = read_texts(spot);
  if (!options) return std::nullopt;
  for (std::string& option : *options) {
    if (const std::size_t colon = option.find(':'); colon < option.find('=')) option[colon] = '=';
    if (option.starts_with("seccomp=") && option != "seccomp=unconfined" && option != "seccomp=builtin") {
      spot.wrong(fmt::format("\"{}\": profiles in files are not supported: seccomp=unconfined, seccomp=builtin", option));
      return std::nullopt;
    }
  }
  std::sort(options->begin(), options->end());
  return json_of(*options);
}

// Lines of /etc/hosts: NAME=ADDRESS, NAME:ADDRESS, or a map of addresses.
std::optional<Json> extra_hosts(const Spot& spot) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& name, const std::string& address) { lines.push_back(name + ":" + address); };
  if (spot.node().kind == config::Node::Kind::map) {
    for (const auto& [key, value] : spot.node().map)
      for (const std::string& address : read_text_or_texts(spot.option(key.scalar)).value_or(std::vector<std::string>()))
        add(key.scalar, address);
  } else {
    for (const std::string& line : read_texts(spot).value_or(std::vector<std::string>())) {
      const std::size_t end = line.find_first_of("=:");
      if (end == std::string::npos)
        spot.wrong(fmt::format("\"{}\" is no NAME=ADDRESS", line));
      else
        add(line.substr(0, end), line.substr(end + 1));
    }
  }
  std::sort(lines.begin(), lines.end());
  return json_of(lines);
}

std::optional<Json> logging(const Spot& spot) {
  Json config;
  config["Type"] = "json-file";
  config["Config"] = Json::Map{};
  const std::size_t before = spot.problems();
  read_members(spot, {{"driver", [&](const Spot& value) { config["Type"] = text(value).value_or(Json()); }},
                      {"options", [&](const Spot& value) { config["Config"] = read_map(value).value_or(Json()); }}});
  return spot.problems() == before ? std::optional(config) : std::nullopt;
}

}  // namespace

const std::vector<Key>& container_keys() {
  constexpr Place config = &Draft::config, host = &Draft::host;
  static const std::vector<Key> keys{
      field("cap_add", host, "CapAdd", set_of_texts),
      field("cap_drop", host, "CapDrop", set_of_texts),
      field("cgroup", host, "CgroupnsMode", one_of({"host", "private"})),
      field("cgroup_parent", host, "CgroupParent", text),
      field("cpu_period", host, "CpuPeriod", duration_in_us),
      field("cpu_quota", host, "CpuQuota", duration_in_us),
      field("cpu_rt_period", host, "CpuRealtimePeriod", duration_in_us),
      field("cpu_rt_runtime", host, "CpuRealtimeRuntime", duration_in_us),
      field("cpu_shares", host, "CpuShares", number),
      field("cpuset", host, "CpusetCpus", text),
      field("device_cgroup_rules", host, "DeviceCgroupRules", set_of_texts),
      field("dns", host, "Dns", texts),
      field("dns_opt", host, "DnsOptions", texts),
      field("dns_search", host, "DnsSearch", texts),
      field("domainname", config, "Domainname", text),
      field("extra_hosts", host, "ExtraHosts", extra_hosts),
      field("group_add", host, "GroupAdd", set_of_texts),
      field("hostname", config, "Hostname", text),
      field("init", host, "Init", flag),
      field("ipc", host, "IpcMode", one_of({"none", "private", "shareable", "host"})),
      field("logging", host, "LogConfig", logging),
      field("mac_address", config, "MacAddress", text),
      field("mem_reservation", host, "MemoryReservation", size),
      field("mem_swappiness", host, "MemorySwappiness", number),
      field("memswap_limit", host, "MemorySwap", memory_swap),
      field("oom_kill_disable", host, "OomKillDisable", flag),
      field("oom_score_adj", host, "OomScoreAdj", number),
      field("pid", host, "PidMode", one_of({"host"})),
      field("privileged", host, "Privileged", flag),
      field("read_only", host, "ReadonlyRootfs", flag),
      field("runtime", host, "Runtime", text),
      field("security_opt", host, "SecurityOpt", security_options),
      field("shm_size", host, "ShmSize", size),
      field("stdin_open", config, "OpenStdin", flag),
      field("storage_opt", host, "StorageOpt", read_map),
      field("sysctls", host, "Sysctls", read_map),
      field("tty", config, "Tty", flag),
      field("user", config, "User", text),
      field("userns_mode", host, "UsernsMode", one_of({"host"})),
      field("uts", host, "UTSMode", one_of({"host"})),
      field("working_dir", config, "WorkingDir", text),
  };
  return keys;
}

}  // namespace longshore::deployer::compose
