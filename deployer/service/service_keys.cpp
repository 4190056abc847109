// The table of a service's keys: those that are one field of Docker's (container_keys.cpp), those with a file of their own,
// those that are for Compose alone, and those that are refused with the reason.
#include <fmt/format.h>

#include <algorithm>

#include "deployer/service/container_keys.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;

void read_entrypoint(const Spot& spot, Draft& draft) {
  auto words = read_command(spot);
  if (!words) return;
  if (words->empty()) words->emplace_back();  // Docker's way to say: none, and not the image's either
  draft.config()["Entrypoint"] = json_of(*words);
  draft.part("entrypoint", json_of(*words));
}

void read_command_key(const Spot& spot, Draft& draft) {
  const auto words = read_command(spot);
  if (!words) return;
  if (words->empty())
    return spot.wrong("is empty: Docker would run the image's; give an entrypoint with no command instead");
  draft.config()["Cmd"] = json_of(*words);
  draft.part("command", json_of(*words));
}

void read_labels(const Spot& spot, Draft& draft) {
  const auto pairs = read_pairs(spot);
  if (!pairs) return;
  for (const auto& [name, value] : *pairs) {
    if (name.starts_with("longshore.")) spot.wrong(fmt::format("\"{}\": labels longshore.… are deployer's own", name));
    draft.service.user_labels[name] = value.value_or("");
    draft.part("labels." + name, value.value_or(""));
  }
}

void read_restart(const Spot& spot, Draft& draft) {
  const auto text = read_text(spot);
  if (!text) return;
  constexpr std::string_view kFailure = "on-failure";
  const std::string_view times = text->starts_with("on-failure:") ? std::string_view(*text).substr(kFailure.size() + 1) : "";
  const bool counted = !times.empty() && times.size() < 6 && times.find_first_not_of("0123456789") == std::string_view::npos;
  if (*text != "no" && *text != "always" && *text != "unless-stopped" && *text != kFailure && !counted)
    return spot.wrong(fmt::format("\"{}\" is none of: no, always, unless-stopped, on-failure, on-failure:TIMES", *text));
  draft.service.restart = *text;
  draft.part("restart", *text);
}

void read_stop_grace(const Spot& spot, Draft& draft) {
  const auto grace = read_duration(spot);
  if (!grace) return;
  draft.service.stop_grace = *grace;
  const std::int64_t seconds = std::chrono::ceil<std::chrono::seconds>(*grace).count();
  draft.config()["StopTimeout"] = seconds;
  draft.part("stop_grace_period", base::format_duration(*grace));
}

void read_stop_signal(const Spot& spot, Draft& draft) {
  const auto signal = read_text(spot);
  if (!signal) return;
  if (signal->empty() || signal->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-") != std::string::npos)
    return spot.wrong(fmt::format("\"{}\" is no signal, e.g. SIGUSR1", *signal));
  draft.service.stop_signal = *signal;
  draft.config()["StopSignal"] = *signal;
  draft.part("stop_signal", *signal);
}

// The names are looked up when all services are known (compose_file.cpp).
void read_depends_on(const Spot& spot, Draft& draft) {
  auto& names = draft.service.depends_on;
  if (spot.node().kind != config::Node::Kind::map) {
    names = read_texts(spot).value_or(std::vector<std::string>());
    return std::sort(names.begin(), names.end());  // the order says nothing
  }
  for (const auto& [key, value] : spot.node().map) {
    names.push_back(key.scalar);
    if (value.kind == config::Node::Kind::null) continue;
    read_members(spot.option(key.scalar),
                 {{"condition",
                   [](const Spot& condition) {  // deployer always waits until it is healthy, if it says that it can be
                     const auto text = read_text(condition);
                     if (text && *text != "service_started" && *text != "service_healthy")
                       condition.wrong(fmt::format("\"{}\" is not supported: service_started or service_healthy", *text));
                   }},
                  {"required", [](const Spot& required) { read_flag(required); }},  // all services of a file are there
                  {"restart", [](const Spot& restart) {
                     if (read_flag(restart) == true) restart.wrong("is not supported: what depends on it is left running");
                   }}});
  }
  std::sort(names.begin(), names.end());
}

void read_scale(const Spot& spot, Draft&) {
  if (read_number(spot) != 1) spot.wrong("is not supported: a component has one container on each of its hosts");
}

Key for_compose_alone(const char* name) {
  return {name, [](const Spot&, Draft&) {}};
}
Key refused(const char* name, const char* why) {
  return {name, [why](const Spot& spot, Draft&) { spot.wrong(fmt::format("is not supported: {}", why)); }};
}

}  // namespace

const std::vector<Key>& service_keys() {
  static const std::vector<Key> keys = [] {
    std::vector<Key> all = container_keys();
    all.insert(
        all.end(),
        {
            {"command", read_command_key},
            {"configs", read_configs},
            {"cpus", read_cpus},
            {"depends_on", read_depends_on},
            {"deploy", read_deploy},
            {"devices", read_devices},
            {"entrypoint", read_entrypoint},
            {"expose", read_expose},
            {"healthcheck", read_healthcheck},
            {"labels", read_labels},
            {"mem_limit", read_memory_limit},
            {"network_mode", read_network_mode},
            {"networks", read_networks},
            {"pids_limit", read_pids_limit},
            {"ports", read_ports},
            {"restart", read_restart},
            {"scale", read_scale},
            {"secrets", read_secrets},
            {"stop_grace_period", read_stop_grace},
            {"stop_signal", read_stop_signal},
            {"tmpfs", read_tmpfs},
            {"ulimits", read_ulimits},
            {"volumes", read_volumes},
            // Read before all others, together.
            {"environment", [](const Spot&, Draft&) {}},
            {"env_file", [](const Spot&, Draft&) {}},

            // What the composition says, and what is for development.
            for_compose_alone("image"),
            for_compose_alone("build"),
            for_compose_alone("pull_policy"),
            for_compose_alone("develop"),
            for_compose_alone("attach"),

            refused("annotations", "write labels"),
            refused("blkio_config", "no limits of disk bandwidth"),
            refused(
                "container_name",
                "the environment's prefix and the component's name make it, or two releases could not be beside each other"),
            refused("cpu_count", "it is of Windows"),
            refused("cpu_percent", "it is of Windows"),
            refused("credential_spec", "it is of Windows"),
            refused("extends", "let `docker compose config` write the file without it, and deploy that"),
            refused("external_links", "containers of one network know each other by name"),
            refused("gpus", "write devices"),
            refused("isolation", "it is of Windows"),
            refused("label_file", "write labels"),
            refused("links", "containers of one network know each other by name"),
            refused("models", "write a service"),
            refused("platform", "the composition names the very image"),
            refused("post_start", "hooks are the environment's"),
            refused("pre_stop", "hooks are the environment's"),
            refused("profiles", "what runs where is said by the environment"),
            refused("provider", "a component is a container"),
            refused("use_api_socket", "write the socket under volumes: whoever has it is root on the host"),
            refused("volumes_from", "name a volume, and write it in both services"),
        });
    return all;
  }();
  return keys;
}

}  // namespace longshore::deployer::compose
