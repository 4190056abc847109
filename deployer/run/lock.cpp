#include "deployer/run/lock.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>

namespace longshore::deployer {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr const char* kKind = "longshore.kind";
constexpr const char* kLockKind = "longshore.kind=lock";
constexpr const char* kRolloutKind = "longshore.kind=rollout";

std::map<std::string, std::string> labels_of(const LockRecord& record, const std::string& environment, const char* kind) {
  return {{kKind, kind},
          {label::kEnvironment, environment},
          {"longshore.token", record.token},
          {label::kRollout, record.rollout},
          {"longshore.command", record.command},
          {label::kComposition, record.composition},
          {"longshore.lock", record.lock_text},
          {"longshore.previous", record.previous_text},
          {"longshore.owner", record.owner},
          {"longshore.machine", record.machine},
          {"longshore.pid", record.pid},
          {"longshore.build", record.build_url},
          {"longshore.since", base::format_rfc3339(record.since)},
          {"longshore.until", base::format_rfc3339(record.until)}};
}

LockRecord read(const std::map<std::string, std::string>& labels) {
  const auto get = [&](const char* key) {
    const auto found = labels.find(key);
    return found == labels.end() ? std::string() : found->second;
  };
  LockRecord record{.token = get("longshore.token"),
                    .rollout = get(label::kRollout),
                    .command = get("longshore.command"),
                    .composition = get(label::kComposition),
                    .lock_text = get("longshore.lock"),
                    .previous_text = get("longshore.previous"),
                    .owner = get("longshore.owner"),
                    .machine = get("longshore.machine"),
                    .pid = get("longshore.pid"),
                    .build_url = get("longshore.build"),
                    .since = {},
                    .until = {}};
  record.since = base::parse_rfc3339(get("longshore.since")).value_or(base::Timestamp{});
  record.until = base::parse_rfc3339(get("longshore.until")).value_or(base::kNever);
  return record;
}

bool is_of(const Note& note, const std::string& environment) {
  const auto label = note.labels.find(label::kEnvironment);
  return label != note.labels.end() && label->second == environment;
}

}  // namespace

std::vector<std::string> Lock::asked() const {
  std::vector<std::string> names;
  for (const std::string& name : fleet_.names())
    if (!skipped_.contains(name)) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::optional<LockRecord>> Lock::most_common(const char* kind) {
  std::map<std::string, std::pair<int, LockRecord>> votes;
  std::mutex mutex;
  const auto asked_all = fleet_.on_each(asked(), [&](Host& host) -> Result<void> {
    TRY(notes, host.notes(kind));
    for (const Note& note : notes)
      if (is_of(note, environment_)) {
        const std::scoped_lock lock(mutex);
        LockRecord record = read(note.labels);
        auto& vote = votes[record.token];
        ++vote.first;
        vote.second = std::move(record);
      }
    return {};
  });
  if (!asked_all) return fail(asked_all.error());
  std::optional<LockRecord> found;
  int most = 0;
  for (auto& [token, vote] : votes)
    if (vote.first > most) most = vote.first, found = std::move(vote.second);
  return found;
}

Result<std::optional<LockRecord>> Lock::holder(const std::set<std::string>& skipped) {
  skipped_ = skipped;
  TRY(locked, most_common(kLockKind));
  if (locked) return locked;
  return most_common(kRolloutKind);
}

Result<void> Lock::acquire(const LockRecord& record, const std::set<std::string>& skipped) {
  record_ = record;
  skipped_ = skipped;
  std::size_t ours = 0;
  std::string problems;
  // In one order for everybody, so that of two at the same time one gets all.
  for (const std::string& host : asked()) {
    const auto note = fleet_.host(host).put_note({name(), labels_of(record, environment_, "lock")});
    if (!note) {
      problems += (problems.empty() ? "" : "\n") + note.error().message;
    } else if (const LockRecord there = read(note->labels); there.token == record.token) {
      ++ours;
    } else {
      static_cast<void>(remove_lock(record.token));
      return fail(Code::exists, fmt::format("{} is locked by {}", environment_, describe(there)));
    }
  }
  if (2 * ours <= fleet_.names().size()) {
    static_cast<void>(remove_lock(record.token));
    return fail(Code::unavailable,
                fmt::format("the lock of {} needs more than half of {} hosts, {} can be asked{}{}", environment_,
                            fleet_.names().size(), ours, problems.empty() ? "" : ":\n", problems));
  }
  TRY(unfinished, most_common(kRolloutKind));
  if (unfinished && unfinished->rollout != record.rollout) {
    static_cast<void>(remove_lock(record.token));
    return fail(Code::exists, fmt::format("{} has an unfinished {}: deployer resume or abort it first", environment_,
                                          describe(*unfinished)));
  }
  return fleet_.on_each(asked(), [&](Host& host) -> Result<void> {
    TRY(note, host.put_note({record_name(record), labels_of(record, environment_, "rollout")}));
    return {};
  });
}

Result<void> Lock::take_over(const LockRecord& from, const LockRecord& record, const std::set<std::string>& skipped) {
  skipped_ = skipped;
  TRY_VOID(remove_lock(from.token));
  return acquire(record, skipped);
}

Result<void> Lock::remove_lock(const std::string& token) {
  return fleet_.on_each(asked(), [&](Host& host) -> Result<void> {
    TRY(notes, host.notes(kLockKind));
    for (const Note& note : notes)
      if (note.name == name() && read(note.labels).token == token)
        if (auto removed = host.remove_note(note.name); !removed) return removed;
    return {};
  });
}

Result<void> Lock::check(Host& host) const {
  TRY(notes, host.notes(kLockKind));
  for (const Note& note : notes)
    if (note.name == name() && read(note.labels).token == record_.token) return {};
  return fail(Code::permission,
              fmt::format("{}: the lock of {} is not ours any more: somebody took it over; nothing more is done",
                          host.name(), environment_));
}

Result<void> Lock::release() {
  // The record first: a lock without a record still tells of the rollout, and `resume` finds nothing left to do.
  const auto forgotten = fleet_.on_each(asked(), [&](Host& host) { return host.remove_note(record_name(record_)); });
  if (!forgotten) return forgotten;
  return remove_lock(record_.token);
}

bool is_abandoned(const LockRecord& record, base::Timestamp now, const std::string& this_machine, bool build_ended) {
  if (build_ended || record.until < now) return true;
  if (record.machine != this_machine || record.pid.empty()) return false;
  const int pid = std::atoi(record.pid.c_str());
  return pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
}

std::string describe(const LockRecord& record) {
  return fmt::format("rollout {} of {} by {} since {}{}", record.rollout, record.composition, record.owner,
                     base::format_rfc3339(record.since, 0), record.build_url.empty() ? "" : " (" + record.build_url + ")");
}

}  // namespace longshore::deployer
