#include <fmt/format.h>

#include <cstdio>

#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/composition_files.hpp"
#include "deployer/commands/registry_options.hpp"
#include "deployer/composition/version.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using base::Result;

// The digest that the lock has for this tag, whatever component it is of; empty if it has none.
std::string locked_digest(const std::optional<Composition>& lock, const Image& image) {
  if (lock)
    for (const Component& component : lock->components)
      if (component.image.repository() == image.repository() && component.image.tag == image.tag)
        return component.image.digest;
  return {};
}

// What is locked is compared; what is new is fetched, and its digest computed from its bytes.
Result<std::string> digest_now(Registry& registry, const Image& image, const std::string& before) {
  TRY(said, registry.digest(image.path, image.tag));
  if (said == before) return said;
  TRY(manifest, registry.get(image.path, image.tag));
  return manifest.digest;
}

// An existing lock may be of another state of the composition: what it has is still what each tag was.
Result<std::optional<Composition>> old_lock(const std::string& file, const std::string& name) {
  auto text = read_file(file);
  if (!text && text.error().code == Code::not_found) return std::optional<Composition>();
  if (!text) return base::fail(text.error());
  auto lock = read_lock(*text, name, file);
  if (!lock) return base::fail(Code::invalid, lock.error().message + "\nmend it, or remove it and resolve anew");
  return std::optional(*std::move(lock));
}

class Resolver {
 public:
  Resolver(Registries& registries, const std::optional<Composition>& before, bool update)
      : registries_(registries), before_(before), update_(update) {}

  // The component with its digest. Tells what it is.
  Result<Component> lock(Component component) {
    Image& image = component.image;
    const std::string before = locked_digest(before_, image);
    TRY(now, digest_now(registries_.of(image.domain), image, before));
    image.digest = now;
    if (before.empty() || before == now) {
      fmt::print("{}  {}  {}\n", component.name, image.text(), before.empty() ? "new" : "as before");
      return component;
    }
    const std::string moved = fmt::format("{}: the tag {} of {} has moved: it was {}, now it is {}", component.name,
                                          image.tag, image.repository(), before, now);
    if (read_version(image.tag).kind != VersionKind::supplier)
      return base::fail(Code::exists, moved + "; a stamp is of one build for ever: build anew with a new stamp");
    if (update_) {
      fmt::print("{}  {}  updated\n", component.name, image.text());
      return component;
    }
    image.digest = before;
    fmt::print(stderr, "warning: {}; the lock keeps what it was, `--update` takes what it is\n", moved);
    fmt::print("{}  {}  kept\n", component.name, image.text());
    return component;
  }

 private:
  Registries& registries_;
  const std::optional<Composition>& before_;
  bool update_;
};

}  // namespace

int resolve(const ResolveOptions& options, const Surroundings& surroundings) {
  auto registries = registries_of(options.common, surroundings);
  if (!registries) return complain(registries.error());
  const auto location = locate_composition(options.composition, options.common.folder);
  if (!location) return complain(location.error());
  const auto text = read_file(location->file);
  if (!text) return complain(text.error());
  const auto composition = read_composition(*text, location->name, location->file);
  if (!composition) return complain(composition.error());
  const auto before = old_lock(location->lock_file, location->name);
  if (!before) return complain(before.error());

  Composition locked{location->name, {}};
  Resolver resolver(*registries, *before, options.update);
  int code = kExitDone;
  for (const Component& component : composition->components) {
    auto one = resolver.lock(component);
    if (one)
      locked.components.push_back(*std::move(one));
    else
      code = std::max(code, complain(one.error()));
  }
  if (code != kExitDone) {
    fmt::print(stderr, "{} is not written\n", location->lock_file);
    return code;
  }
  const std::string lock_text = print_lock(locked);
  if (const auto now = read_file(location->lock_file); now && *now == lock_text) return kExitDone;
  if (const auto written = write_file(location->lock_file, lock_text); !written) return complain(written.error());
  fmt::print("{} is written\n", location->lock_file);
  return kExitDone;
}

}  // namespace longshore::deployer
