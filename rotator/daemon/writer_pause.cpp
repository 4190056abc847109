#include "rotator/daemon/writer_pause.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>

#include "common/base/clock.hpp"
#include "rotator/files/thread_user.hpp"
#include "rotator/inplace/head.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kTitle = "longshore-paused 1 ";
constexpr std::string_view kEnd = "end\n";
constexpr std::size_t kMaxRecord = 1 << 20;  // bytes
// Between the record and the last pause: a request takes ten seconds at most, and there are few.
constexpr base::Duration kAtMost = std::chrono::seconds(60);

struct Record {
  base::Timestamp at;
  std::vector<std::string> ids;
};

std::string write_record(const Record& record) {
  std::string text = fmt::format("{}{}\n", kTitle, record.at.ns);
  for (const std::string& id : record.ids) text += id + "\n";
  return text + std::string(kEnd);
}

// Nothing: it was torn before anybody was paused, or is none.
std::optional<Record> read_record(std::string_view text) {
  if (!text.starts_with(kTitle) || !text.ends_with(kEnd)) return std::nullopt;
  text.remove_prefix(kTitle.size());
  text.remove_suffix(kEnd.size());
  Record record;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), record.at.ns);
  if (number.ec != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
  while (text.size() > 1) {
    text.remove_prefix(1);  // a line end
    const std::string_view id = text.substr(0, text.find('\n'));
    record.ids.emplace_back(id);
    text.remove_prefix(id.size());
  }
  return record;
}

// It has ended, or somebody else has let it go: both is what was wanted.
bool is_let_go(const Result<void>& unpaused) {
  return unpaused || unpaused.error().code == Code::not_found || unpaused.error().code == Code::exists;
}

}  // namespace

std::string paused_name(const std::string& live_name) { return "." + live_name + ".paused"; }

Result<void> WriterPause::freeze(const std::vector<ContainerSignal>& who) {
  std::vector<std::string> running;
  for (const ContainerSignal& one : who) {
    TRY(containers, engine_.look_up(one.container));
    for (const docker::Container& container : containers)
      if (container.state == "running" && std::ranges::find(running, container.id) == running.end())
        running.push_back(container.id);
  }
  if (running.empty()) return {};
  TRY_VOID(record(running));
  for (const std::string& id : running) {
    auto paused = engine_.pause(id);
    // Ended since, or paused by somebody else: it does not write, and is not ours to let go.
    const bool stands_still = !paused && (paused.error().code == Code::not_found || paused.error().code == Code::exists);
    if (stands_still) continue;
    paused_.push_back(id);  // also where the answer was lost
    if (!paused) return paused;
  }
  return {};
}

Result<void> WriterPause::thaw() {
  Result<void> result;
  std::erase_if(paused_, [&](const std::string& id) {
    auto unpaused = engine_.unpause(id);
    if (is_let_go(unpaused)) return true;
    result = std::move(unpaused);
    return false;
  });
  if (!result || !recorded_) return result;
  return forget();
}

Result<std::size_t> WriterPause::thaw_left_behind() {
  const base::UniqueFd file(::openat(directory_, name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::size_t{0};
  if (!file) return base::fail_errno(errno, "open " + name_);
  // Whoever can write there could otherwise have us let go whom somebody paused.
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return base::fail_errno(errno, "look at " + name_);
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || (status.st_uid != ::geteuid() && status.st_uid != file_user()))
    return base::fail(Code::invalid, name_ + " is no record of ours (a regular file of our own with one name): remove it");
  TRY(text, read_at(file.get(), 0, kMaxRecord));
  if (const auto found = read_record(text)) {
    TRY(containers, engine_.list({}));
    for (const docker::Container& container : containers) {
      if (container.state != "paused" || std::ranges::find(found->ids, container.id) == found->ids.end()) continue;
      TRY(ours, is_ours(container, found->at));
      if (ours) paused_.push_back(container.id);
    }
  }
  const std::size_t count = paused_.size();
  recorded_ = true;
  TRY_VOID(thaw());
  return count;
}

// Ours came right after the record, and nobody has let it go since. If the daemon does not remember, or may not be asked, it
// is taken for ours: a writer that stands still for ever would be worse.
Result<bool> WriterPause::is_ours(const docker::Container& container, base::Timestamp recorded) const {
  const auto events = engine_.pause_events(container.id, recorded, base::SystemClock().now());
  if (!events && events.error().code == Code::unavailable) return base::fail(events.error());
  if (!events) return true;
  for (const docker::PauseEvent& event : *events)
    if (!event.paused || event.at - recorded > kAtMost) return false;
  return true;
}

Result<void> WriterPause::record(const std::vector<std::string>& ids) {
  TRY(file, disk_.create(directory_, name_));
  recorded_ = true;
  TRY_VOID(disk_.write(file.get(), 0, write_record({base::SystemClock().now(), ids})));
  TRY_VOID(disk_.sync(file.get()));
  return disk_.sync(directory_);
}

Result<void> WriterPause::forget() {
  recorded_ = false;
  TRY_VOID(disk_.unlink(directory_, name_));
  return disk_.sync(directory_);
}

}  // namespace longshore::rotator
