#include "deployer/run/lock.hpp"

#include <fmt/format.h>
#include <signal.h>

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

std::map<std::string, std::string> labels_of(const LockRecord& record, const std::string& environment) {
  return {{kKind, "lock"},
          {label::kEnvironment, environment},
          {"longshore.token", record.token},
          {label::kRollout, record.rollout},
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

std::vector<std::string> without(const std::vector<std::string>& names, const std::set<std::string>& skipped) {
  std::vector<std::string> left;
  for (const std::string& name : names)
    if (!skipped.contains(name)) left.push_back(name);
  return left;
}

}  // namespace

Result<std::optional<LockRecord>> Lock::holder(const std::set<std::string>& skipped) {
  std::map<std::string, std::pair<int, LockRecord>> votes;
  std::mutex mutex;
  TRY_VOID(fleet_.on_each(without(fleet_.names(), skipped), [&](Host& host) -> Result<void> {
    TRY(notes, host.notes(kLockKind));
    for (const Note& note : notes)
      if (note.name == name()) {
        const std::scoped_lock lock(mutex);
        auto& vote = votes[note.labels.contains("longshore.token") ? note.labels.at("longshore.token") : ""];
        ++vote.first;
        vote.second = read(note.labels);
      }
    return {};
  }));
  std::optional<LockRecord> found;
  int most = 0;
  for (auto& [token, vote] : votes)
    if (vote.first > most) most = vote.first, found = std::move(vote.second);
  return found;
}

Result<void> Lock::acquire(const LockRecord& record, const std::set<std::string>& skipped) {
  record_ = record;
  skipped_ = skipped;
  std::size_t ours = 0;
  std::string problems;
  // In one order for everybody, so that of two at the same time one gets all.
  std::vector<std::string> names = without(fleet_.names(), skipped);
  std::sort(names.begin(), names.end());
  for (const std::string& host : names) {
    const auto note = fleet_.host(host).put_note({name(), labels_of(record, environment_)});
    if (!note) {
      problems += (problems.empty() ? "" : "\n") + note.error().message;
    } else if (const auto token = note->labels.find("longshore.token"); token != note->labels.end() && token->second == record.token) {
      ++ours;
    } else {
      static_cast<void>(remove(record.token));
      return fail(Code::exists, fmt::format("{} is locked by {}", environment_, describe(read(note->labels))));
    }
  }
  if (2 * ours > fleet_.names().size()) return {};
  static_cast<void>(remove(record.token));
  return fail(Code::unavailable, fmt::format("the lock of {} needs more than half of {} hosts, {} can be asked{}{}", environment_,
                                             fleet_.names().size(), ours, problems.empty() ? "" : ":\n", problems));
}

Result<void> Lock::take_over(const LockRecord& from, const LockRecord& record, const std::set<std::string>& skipped) {
  skipped_ = skipped;
  TRY_VOID(remove(from.token));
  return acquire(record, skipped);
}

Result<void> Lock::remove(const std::string& token) {
  return fleet_.on_each(without(fleet_.names(), skipped_), [&](Host& host) -> Result<void> {
    TRY(notes, host.notes(kLockKind));
    for (const Note& note : notes)
      if (note.name == name() && read(note.labels).token == token) TRY_VOID(host.remove_note(note.name));
    return {};
  });
}

Result<void> Lock::check(Host& host) const {
  TRY(notes, host.notes(kLockKind));
  for (const Note& note : notes)
    if (note.name == name() && read(note.labels).token == record_.token) return {};
  return fail(Code::permission, fmt::format("{}: the lock of {} is not ours any more: somebody took it over; nothing more is done",
                                        host.name(), environment_));
}

Result<void> Lock::release() { return remove(record_.token); }

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
