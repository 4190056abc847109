#include "deployer/run/records.hpp"

#include <algorithm>
#include <map>
#include <mutex>

namespace longshore::deployer {
namespace {

using base::Result;

constexpr const char* kReleaseKind = "longshore.kind=release";

std::string name_of(const std::string& environment, const std::string& rollout) {
  return "longshore-release." + environment + "." + rollout;
}

Release read(const Note& note) {
  const auto get = [&](const char* key) {
    const auto found = note.labels.find(key);
    return found == note.labels.end() ? std::string() : found->second;
  };
  return {.rollout = get(label::kRollout),
          .composition = get(label::kComposition),
          .lock_text = get("longshore.lock"),
          .command = get("longshore.command"),
          .owner = get("longshore.owner"),
          .build_url = get("longshore.build"),
          .outcome = get("longshore.outcome"),
          .at = base::parse_rfc3339(get("longshore.at")).value_or(base::Timestamp{})};
}

bool newer(const Release& a, const Release& b) { return std::pair(a.at, a.rollout) > std::pair(b.at, b.rollout); }

std::vector<std::string> without(const std::vector<std::string>& names, const std::set<std::string>& skipped) {
  std::vector<std::string> left;
  for (const std::string& name : names)
    if (!skipped.contains(name)) left.push_back(name);
  return left;
}

Result<std::vector<Release>> releases_on(Host& host, const std::string& environment) {
  TRY(notes, host.notes(kReleaseKind));
  std::vector<Release> found;
  for (const Note& note : notes)
    if (note.labels.contains(label::kEnvironment) && note.labels.at(label::kEnvironment) == environment)
      found.push_back(read(note));
  std::sort(found.begin(), found.end(), newer);
  return found;
}

}  // namespace

Result<std::vector<Release>> releases(Fleet& fleet, const std::string& environment, const std::set<std::string>& skipped) {
  std::map<std::string, Release> by_rollout;
  std::mutex mutex;
  const auto asked = fleet.on_each(without(fleet.names(), skipped), [&](Host& host) -> Result<void> {
    TRY(found, releases_on(host, environment));
    const std::scoped_lock lock(mutex);
    for (Release& release : found) by_rollout.emplace(release.rollout, std::move(release));
    return {};
  });
  if (!asked) return base::fail(asked.error());
  std::vector<Release> all;
  for (auto& [rollout, release] : by_rollout) all.push_back(std::move(release));
  std::sort(all.begin(), all.end(), newer);
  return all;
}

Result<void> record_release(Fleet& fleet, const std::string& environment, const Release& release, std::size_t keep,
                            const std::set<std::string>& skipped) {
  return fleet.on_each(without(fleet.names(), skipped), [&](Host& host) -> Result<void> {
    TRY(note, host.put_note({name_of(environment, release.rollout),
                             {{"longshore.kind", "release"},
                              {label::kEnvironment, environment},
                              {label::kRollout, release.rollout},
                              {label::kComposition, release.composition},
                              {"longshore.lock", release.lock_text},
                              {"longshore.command", release.command},
                              {"longshore.owner", release.owner},
                              {"longshore.build", release.build_url},
                              {"longshore.outcome", release.outcome},
                              {"longshore.at", base::format_rfc3339(release.at)}}}));
    TRY(found, releases_on(host, environment));
    for (std::size_t i = keep; i < found.size(); ++i) TRY_VOID(host.remove_note(name_of(environment, found[i].rollout)));
    return {};
  });
}

Result<void> forget_release(Fleet& fleet, const std::string& environment, const std::string& rollout,
                            const std::set<std::string>& skipped) {
  return fleet.on_each(without(fleet.names(), skipped),
                       [&](Host& host) { return host.remove_note(name_of(environment, rollout)); });
}

}  // namespace longshore::deployer
