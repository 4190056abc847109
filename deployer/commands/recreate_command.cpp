#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "common/base/bytes.hpp"
#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/commands/rebuild_commands.hpp"
#include "deployer/commands/registry_options.hpp"
#include "deployer/composition/version.hpp"
#include "deployer/process/process.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

// What a registry holds of one image: its manifests, read, and everything that they name, asked for.
struct Holding {
  std::size_t manifests = 0, blobs = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> missing;  // digests
};

Result<void> look_at(Registry& registry, const std::string& path, const std::string& digest, std::set<std::string>& seen,
                     Holding& holding) {
  if (!seen.insert(digest).second) return {};
  const auto manifest = registry.get(path, digest);
  if (!manifest && manifest.error().code != Code::not_found) return base::fail(manifest.error());
  if (!manifest) {
    holding.missing.push_back(digest);
    return {};
  }
  ++holding.manifests;
  holding.bytes += manifest->bytes.size();
  TRY(parts, parts_of(*manifest));
  for (const Part& part : parts) {
    if (part.manifest) {
      TRY_VOID(look_at(registry, path, part.digest, seen, holding));
    } else if (seen.insert(part.digest).second) {
      TRY(there, registry.has_blob(path, part.digest));
      if (!there) holding.missing.push_back(part.digest);
      holding.blobs += there ? 1 : 0;
      holding.bytes += there ? part.size : 0;
    }
  }
  return {};
}

Result<RebuildCommands> rebuild_commands(const RecreateOptions& options) {
  if (!options.build.empty()) return RebuildCommands(options.build);
  const std::string file = options.common.folder + "/rebuild.yaml";
  auto yaml = read_file(file);
  if (!yaml && yaml.error().code == Code::not_found) return RebuildCommands();
  if (!yaml) return base::fail(yaml.error());
  return RebuildCommands::read(*yaml, file);
}

// Runs what builds it, and looks at what came of it. True: the registry holds the lock's digest again.
Result<bool> rebuild(const Component& component, const std::string& command, Registry& registry) {
  const Image& image = component.image;
  TRY(status, run_visibly({"sh", "-c", command}));
  if (status != 0)
    return base::fail(Code::exists, fmt::format("{}: what rebuilds it ended with {}: {}", component.name, status, command));
  TRY(now, registry.digest(image.path, image.tag));
  if (now == image.digest) {
    fmt::print("{}  {}  rebuilt, byte for byte\n", component.name, image.text());
    return true;
  }
  fmt::print("{}  {}:{}  rebuilt as {}, not {}: remove the lock and resolve anew to use it\n", component.name,
             image.repository(), image.tag, now, image.digest);
  return false;
}

}  // namespace

int recreate(const RecreateOptions& options, const Surroundings& surroundings) {
  auto registries = registries_of(options.common, surroundings);
  if (!registries) return complain(registries.error());
  const auto locked = find_locked(options.composition, options.common.folder);
  if (!locked) return complain(locked.error());
  const auto commands = rebuild_commands(options);
  if (!commands) return complain(commands.error());

  int code = kExitDone;
  for (const Component& component : locked->components) {
    const Image& image = component.image;
    Registry& registry = registries->of(image.domain);
    Holding holding;
    std::set<std::string> seen;
    if (const auto looked = look_at(registry, image.path, image.digest, seen, holding); !looked) {
      code = std::max(code, complain(looked.error()));
      continue;
    }
    if (holding.missing.empty()) {
      fmt::print("{}  {}  complete: {} manifests, {} blobs, {}\n", component.name, image.text(), holding.manifests,
                 holding.blobs, base::format_bytes({holding.bytes}));
      continue;
    }
    fmt::print("{}  {}  misses {}\n", component.name, image.text(), fmt::join(holding.missing, ", "));
    if (read_version(image.tag).kind != VersionKind::stamp) {
      code = std::max(code, complain({Code::not_found, fmt::format("{}: is a supplier's: push it again from where it comes",
                                                                   component.name)}));
      continue;
    }
    const auto command = commands->of(component);
    if (!command) {
      code = std::max(code, complain(command.error()));
      continue;
    }
    fmt::print("{}\n", *command);
    std::fflush(stdout);
    const auto same = options.run ? rebuild(component, *command, registry) : Result<bool>(false);
    code = std::max(code, !same ? complain(same.error()) : *same ? kExitDone : kExitNo);
  }
  return code;
}

}  // namespace longshore::deployer
