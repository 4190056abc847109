#include "deployer/composition/difference.hpp"

#include <fmt/format.h>

namespace longshore::deployer {
namespace {

std::string_view name_of(VersionChange::Kind kind) {
  switch (kind) {
    case VersionChange::Kind::added:
      return "added";
    case VersionChange::Kind::removed:
      return "removed";
    case VersionChange::Kind::version:
      return "version";
    case VersionChange::Kind::repository:
      return "repository";
    case VersionChange::Kind::moved:
      return "moved";
  }
  return "";
}

// Neither names of components nor of images hold anything that JSON would want escaped.
std::string json_of(const Image& image) { return image.path.empty() ? "null" : '"' + image.text() + '"'; }

}  // namespace

std::vector<VersionChange> difference(const Composition& from, const Composition& to) {
  std::vector<VersionChange> changes;
  for (const auto& [name, image] : from.components) {
    const Component* const other = to.find(name);
    if (other == nullptr) {
      changes.push_back({VersionChange::Kind::removed, name, image, {}});
    } else if (other->image.repository() != image.repository()) {
      changes.push_back({VersionChange::Kind::repository, name, image, other->image});
    } else if (other->image.tag != image.tag) {
      changes.push_back({VersionChange::Kind::version, name, image, other->image});
    } else if (!image.digest.empty() && !other->image.digest.empty() && image.digest != other->image.digest) {
      changes.push_back({VersionChange::Kind::moved, name, image, other->image});
    }
  }
  for (const auto& [name, image] : to.components)
    if (from.find(name) == nullptr) changes.push_back({VersionChange::Kind::added, name, {}, image});
  return changes;
}

std::string describe(const VersionChange& change, std::size_t width) {
  const auto line = [&](const auto& what) { return fmt::format("{:<{}}  {}", change.component, width, what); };
  switch (change.kind) {
    case VersionChange::Kind::added:
      return line(fmt::format("added: {}", change.to.text()));
    case VersionChange::Kind::removed:
      return line(fmt::format("removed: {}", change.from.text()));
    case VersionChange::Kind::version:
      return line(fmt::format("{} -> {}", change.from.tag, change.to.tag));
    case VersionChange::Kind::repository:
      return line(fmt::format("{} -> {}", change.from.text(), change.to.text()));
    case VersionChange::Kind::moved:
      return line(fmt::format("{} moved: {} -> {}", change.to.tag, change.from.digest, change.to.digest));
  }
  return {};
}

std::string difference_json(const Composition& from, const Composition& to, const std::vector<VersionChange>& changes) {
  std::string json = fmt::format(R"({{"from":"{}","to":"{}","changes":[)", from.name, to.name);
  for (const VersionChange& change : changes)
    json += fmt::format(R"({}{{"component":"{}","change":"{}","from":{},"to":{}}})", &change == changes.data() ? "" : ",",
                        change.component, name_of(change.kind), json_of(change.from), json_of(change.to));
  return json + "]}\n";
}

}  // namespace longshore::deployer
