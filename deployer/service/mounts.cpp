// `volumes` and `tmpfs`. Sources are folders of the hosts, so they begin with /: what is relative would mean this machine.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;

struct Mount {
  std::string type, source, target;
  bool read_only = false;
  bool make_source = true;  // of a bind: Docker makes a folder that is missing
  bool no_copy = false;     // of a volume: what the image has there is not copied into it
  std::string propagation, selinux;
  std::optional<std::int64_t> size, mode;  // of a tmpfs
};

constexpr std::array<std::string_view, 6> kPropagation{"private", "rprivate", "shared", "rshared", "slave", "rslave"};
bool is_propagation(std::string_view text) {
  return std::find(kPropagation.begin(), kPropagation.end(), text) != kPropagation.end();
}

// In the form of `HostConfig.Binds`: the only one in which Docker makes a missing folder, and takes z and Z.
std::string bind_text(const Mount& mount) {
  std::string options;
  for (const std::string& option : {std::string(mount.read_only ? "ro" : ""), mount.selinux, mount.propagation})
    if (!option.empty()) options += (options.empty() ? ":" : ",") + option;
  return fmt::format("{}:{}{}", mount.source, mount.target, options);
}

Json mount_json(const Mount& mount) {
  Json json;
  json["Type"] = mount.type;
  json["Target"] = mount.target;
  if (!mount.source.empty()) json["Source"] = mount.source;
  if (mount.read_only) json["ReadOnly"] = true;
  if (!mount.propagation.empty()) json["BindOptions"]["Propagation"] = mount.propagation;
  if (mount.no_copy) json["VolumeOptions"]["NoCopy"] = true;
  if (mount.size) json["TmpfsOptions"]["SizeBytes"] = *mount.size;
  if (mount.mode) json["TmpfsOptions"]["Mode"] = *mount.mode;
  return json;
}

bool good_source(const Spot& spot, Draft& draft, Mount& mount) {
  if (mount.type == "bind") {
    if (is_absolute(mount.source) && mount.source.find(':') == std::string::npos) return true;
    spot.wrong(
        fmt::format("\"{}\" is relative to a folder of this machine, and would be looked for on the hosts: write the path "
                    "that it has there, from /",
                    mount.source));
    return false;
  }
  const auto volume = draft.file.volumes.find(mount.source);
  if (volume == draft.file.volumes.end()) {
    spot.wrong(undeclared("volume", mount.source, draft.file.volumes));
    return false;
  }
  auto& used = draft.service.volumes;
  if (std::none_of(used.begin(), used.end(), [&](const auto& each) { return each.name == volume->second.name; }))
    used.push_back(volume->second);
  mount.source = volume->second.name;
  return true;
}

void add(const Spot& spot, Draft& draft, Mount mount) {
  mount.target = clean_path(mount.target);
  if (mount.type == "bind") mount.source = clean_path(mount.source);
  if (!draft.take_target(spot, mount.target) || (mount.type != "tmpfs" && !good_source(spot, draft, mount))) return;
  const bool as_bind = mount.type == "bind" && mount.make_source;
  if (!mount.selinux.empty() && !as_bind)
    return spot.wrong("selinux is for binds, and Docker takes it only with `create_host_path: true`");
  const Json json = as_bind ? Json(bind_text(mount)) : mount_json(mount);
  draft.host()[as_bind ? "Binds" : "Mounts"].push_back(json);
  draft.host()[as_bind ? "Binds" : "Mounts"].sort();
  draft.part("volumes." + mount.target, json);
}

// SOURCE:TARGET[:OPTIONS]
void read_short(const Spot& spot, Draft& draft) {
  const std::string& text = spot.node().scalar;
  const std::size_t first = text.find(':');
  if (first == std::string::npos)
    return spot.wrong(
        fmt::format("\"{}\" would be a new, nameless volume at each rollout, and what is in it lost: name the volume, "
                    "or write it under tmpfs",
                    text));
  const std::size_t second = std::min(text.find(':', first + 1), text.size());
  Mount mount;
  mount.source = text.substr(0, first);
  mount.target = text.substr(first + 1, second - first - 1);
  mount.type = mount.source.find_first_of("/.~") == 0 ? "bind" : "volume";
  std::string_view options = second < text.size() ? std::string_view(text).substr(second + 1) : std::string_view();
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    const std::string option(options.substr(0, end));
    options.remove_prefix(std::min(end + 1, options.size()));
    const bool bind = mount.type == "bind";
    if (option == "ro")
      mount.read_only = true;
    else if (bind && (option == "z" || option == "Z"))
      mount.selinux = option;
    else if (bind && is_propagation(option))
      mount.propagation = option;
    else if (!bind && option == "nocopy")
      mount.no_copy = true;
    else if (option != "rw")
      return spot.wrong(fmt::format("option \"{}\" of a {} is not supported", option, mount.type));
  }
  add(spot, draft, std::move(mount));
}

// As YAML writes them: octal with a leading 0, else decimal.
std::optional<std::int64_t> read_mode(const Spot& spot) {
  const auto text = read_text(spot);
  if (!text) return std::nullopt;
  std::string_view digits = *text;
  if (digits.starts_with("0o")) digits.remove_prefix(1);
  std::int64_t mode = 0;
  const auto [stop, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), mode, digits.starts_with('0') ? 8 : 10);
  if (error == std::errc{} && stop == digits.data() + digits.size() && mode >= 0 && mode <= 07777) return mode;
  spot.wrong(fmt::format("\"{}\" is no mode, e.g. 0755", *text));
  return std::nullopt;
}

void read_long(const Spot& spot, Draft& draft) {
  Mount mount;
  const std::size_t before = spot.problems();
  const auto only_for = [&](const char* type, std::vector<Member> members) {
    return [&mount, type, members = std::move(members)](const Spot& value) {
      if (!value.node().map.empty() && mount.type != type) return value.wrong(fmt::format("is for `type: {}`", type));
      read_members(value, members);
    };
  };
  if (const auto* const type = spot.node().find("type"); type != nullptr) mount.type = type->scalar;
  if (mount.type != "bind" && mount.type != "volume" && mount.type != "tmpfs")
    return spot.option("type").wrong("needs \"type\": bind, volume or tmpfs; others are not supported");
  read_members(spot, {{"type", [](const Spot&) {}},
                      {"source", into(mount.source)},
                      {"target", into(mount.target)},
                      {"read_only", into(mount.read_only)},
                      {"bind", only_for("bind", {{"create_host_path", into(mount.make_source)},
                                                 {"propagation",
                                                  [&](const Spot& value) {
                                                    mount.propagation = read_text(value).value_or("");
                                                    if (!is_propagation(mount.propagation))
                                                      value.wrong("is e.g. rslave or rshared");
                                                  }},
                                                 {"selinux",
                                                  [&](const Spot& value) {
                                                    mount.selinux = read_text(value).value_or("");
                                                    if (mount.selinux != "z" && mount.selinux != "Z")
                                                      value.wrong("is z or Z");
                                                  }}})},
                      {"volume", only_for("volume", {{"nocopy", into(mount.no_copy)}})},
                      {"tmpfs", only_for("tmpfs", {{"size", [&](const Spot& value) { mount.size = read_size(value); }},
                                                   {"mode", [&](const Spot& value) { mount.mode = read_mode(value); }}})}});
  if (spot.problems() > before) return;
  if (mount.target.empty()) return spot.wrong("needs \"target\"");
  if (mount.source.empty() != (mount.type == "tmpfs"))
    return spot.wrong(mount.type == "tmpfs" ? "a tmpfs has no source"
                                            : "needs \"source\": a nameless volume is lost at each rollout");
  add(spot, draft, std::move(mount));
}

}  // namespace

bool Draft::take_target(const Spot& spot, const std::string& target) {
  if (!is_absolute(target) || target == "/" || target.find(':') != std::string::npos)
    return spot.wrong(fmt::format("\"{}\" is no place in the container: it begins with /", target)), false;
  if (!targets.insert(target).second) return spot.wrong(fmt::format("{} has something mounted already", target)), false;
  return true;
}

void read_volumes(const Spot& spot, Draft& draft) {
  config::for_each_item(spot, [&](const Spot& item) {
    if (item.node().kind == config::Node::Kind::map)
      read_long(item, draft);
    else if (read_text(item))
      read_short(item, draft);
  });
}

void read_tmpfs(const Spot& spot, Draft& draft) {
  for (const std::string& text : read_text_or_texts(spot).value_or(std::vector<std::string>())) {
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string target = clean_path(text.substr(0, colon));
    if (!draft.take_target(spot, target)) continue;
    const Json options = colon < text.size() ? text.substr(colon + 1) : std::string();
    draft.host()["Tmpfs"][target] = options;
    draft.part("tmpfs." + target, options);
  }
}

}  // namespace longshore::deployer::compose
