// `secrets` and `configs`: files of the hosts, mounted to be read. Their bytes never pass through here, so they are in no
// label, report or `docker inspect`; the path is in `secrets` and `configs` of the file (compose_file.cpp).
#include <fmt/format.h>

#include "deployer/service/draft.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Spot;
using Paths = std::map<std::string, std::string>;

void add(const Spot& spot, Draft& draft, const Paths& paths, const char* kind, const std::string& source,
         const std::string& target) {
  const auto path = paths.find(source);
  if (path == paths.end()) return spot.wrong(undeclared(kind, source, paths));
  if (path->second.empty()) return;  // its declaration is wrong, and was told
  if (!draft.take_target(spot, target)) return;
  Json mount;
  mount["Type"] = "bind";
  mount["Source"] = path->second;
  mount["Target"] = target;
  mount["ReadOnly"] = true;
  draft.part(fmt::format("{}s.{}", kind, target), mount);
  draft.host()["Mounts"].push_back(std::move(mount));
  draft.host()["Mounts"].sort();
}

// `folder`: where it is mounted if no target says else.
void read(const Spot& spot, Draft& draft, const Paths& paths, const char* kind, const std::string& folder) {
  const auto refused = [](const Spot& value) {
    value.wrong("is not supported: the file has the owner and the mode that it has on the host");
  };
  config::for_each_item(spot, [&](const Spot& item) {
    std::string source, target;
    const std::size_t before = item.problems();
    if (item.node().kind == config::Node::Kind::map) {
      read_members(
          item, {{"source", into(source)}, {"target", into(target)}, {"uid", refused}, {"gid", refused}, {"mode", refused}});
      if (item.problems() == before && source.empty()) item.wrong("needs \"source\"");
    } else {
      source = read_text(item).value_or("");
    }
    if (item.problems() > before) return;
    if (target.empty()) target = source;
    if (!is_absolute(target)) target = folder + target;
    add(item, draft, paths, kind, source, clean_path(target));
  });
}

}  // namespace

void read_secrets(const Spot& spot, Draft& draft) { read(spot, draft, draft.file.secrets, "secret", "/run/secrets/"); }
void read_configs(const Spot& spot, Draft& draft) { read(spot, draft, draft.file.configs, "config", "/"); }

}  // namespace longshore::deployer::compose
