#include "rotator/rotation/state_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "rotator/files/attributes.hpp"
#include "rotator/logrotate/words.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::fail_errno;
using base::Result;

constexpr std::int64_t kYear = 31'556'926;  // seconds
constexpr int kMaxLinks = 8;                // from one to the next

Result<std::string> read_all(int file, const std::string& name) {
  std::string text;
  char piece[1 << 16];
  for (off_t at = 0;;) {
    const ssize_t size = ::pread(file, piece, sizeof piece, at);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, "error reading state file " + name);
    if (size == 0) return text;
    text.append(piece, static_cast<std::size_t>(size));
    at += size;
  }
}

Result<void> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(file, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return fail_errno(errno, "write");
    text.remove_prefix(static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace

Result<StateStore> StateStore::open(const StateOptions& options, Messages& messages) {
  if (options.path == "/dev/null") return StateStore(options, nullptr, "");
  // A volume may hold the file, and a link of root's lead to it.
  std::string path = options.path;
  auto directory = Directory::open(split_path(path).directory);
  for (int links = 0; directory && links < kMaxLinks; ++links) {
    const auto target = directory->link_target(split_path(path).name);
    if (!target) break;
    path = target->starts_with('/') ? *target : directory->path_of(*target);
    directory = Directory::open(split_path(path).directory);
  }
  if (!directory && options.dry) return StateStore(options, nullptr, "");
  if (!directory)
    return fail(directory.error().code,
                fmt::format("error opening state file {}: {}", options.path, directory.error().message));
  const std::string name = split_path(path).name;
  StateStore store(options, std::make_unique<const Directory>(std::move(*directory)), name);
  // The lock comes first: who had it may put another state file in the place of one that was opened before.
  if (!options.dry) TRY_VOID(store.open_journal(messages));
  TRY_VOID(store.open_state(messages));
  return store;
}

// Nobody but us can open the journal, so that nobody else can hold its lock.
Result<void> StateStore::open_journal(Messages& messages) {
  const std::string journal = name_ + ".journal";
  auto file = directory_->open_file(journal, O_RDWR | O_APPEND);
  if (!file && file.error().code == Code::not_found) {
    file = directory_->create_file(journal);
    if (file || file.error().code == Code::exists) file = directory_->open_file(journal, O_RDWR | O_APPEND);
  }
  if (!file)
    return fail(file.error().code, fmt::format("error opening state file {}: {}", options_.path, file.error().message));
  journal_ = std::move(*file);
  return lock(journal_.get(), messages);
}

Result<void> StateStore::open_state(Messages& messages) {
  auto file = directory_->open_file(name_, options_.dry ? O_RDONLY : O_RDWR);
  if (!file && file.error().code == Code::not_found) {
    if (options_.dry) {
      messages.debug(fmt::format("state file {} does not exist", options_.path));
      return {};
    }
    messages.debug("Creating stub state file: " + options_.path);
    file = directory_->create_file(name_);
    if (file && ::fchmod(file->get(), 0640) != 0)
      return fail_errno(errno, "error creating stub state file " + options_.path);
  }
  if (!file)
    return fail(file.error().code, fmt::format("error opening state file {}: {}", options_.path, file.error().message));
  state_ = std::move(*file);
  struct stat status = {};
  if (options_.dry) return {};
  if (::fstat(state_.get(), &status) != 0) return fail_errno(errno, "error stat()ing state file " + options_.path);
  // logrotate's own lock, unless any user could hold it for ever (CVE-2022-1348).
  if ((status.st_mode & S_IROTH) == 0) return lock(state_.get(), messages);
  messages.warning(
      fmt::format("state file {} is world-readable and thus can be locked from other unprivileged users. "
                  "Only its journal is locked, which logrotate does not know.",
                  options_.path));
  return {};
}

Result<void> StateStore::lock(int file, Messages& messages) {
  if (!options_.lock) {
    messages.debug("Skip locking state file " + options_.path);
    return {};
  }
  if (options_.wait) messages.debug("waiting for lock on state file " + options_.path);
  if (::flock(file, LOCK_EX | (options_.wait ? 0 : LOCK_NB)) == 0) return {};
  if (errno != EWOULDBLOCK) return fail_errno(errno, "error acquiring lock on state file " + options_.path);
  return fail(Code::closed,
              fmt::format("state file {} is already locked\nlogrotate does not support parallel execution on the same "
                          "set of logfiles.",
                          options_.path));
}

bool StateStore::read(Messages& messages) {
  messages.debug("Reading state from file: " + options_.path);
  if (!state_) return true;
  auto text = read_all(state_.get(), options_.path);
  if (!text) {
    messages.error(text.error().message);
    return false;
  }
  StateReading reading = read_state(*text, options_.path);
  entries_ = std::move(reading.entries);
  for (const std::string& problem : reading.problems) messages.error(problem);
  if (journal_) {
    auto journal = read_all(journal_.get(), options_.path + ".journal");
    if (journal) read_journal(*journal);
    torn_ = journal && !journal->empty() && !journal->ends_with('\n');
    if (!journal) messages.error(journal.error().message);
  }
  return reading.problems.empty();
}

// Lines: `moving PATH ARCHIVE DEVICE INODE DATE`, `moved PATH DATE`. A torn one at the end, or any other, says nothing.
void StateStore::read_journal(const std::string& text) {
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const auto verb = unquote(line);
    const auto path = verb ? unquote(trim(verb->rest)) : std::nullopt;
    if (!path) continue;
    if (verb->text == "moved") {
      unfinished_.erase(path->text);
      if (const auto date = parse_state_date(trim(path->rest))) set_last_rotated(path->text, *date);
    } else if (verb->text == "moving") {
      const auto archive = unquote(trim(path->rest));
      const auto words = archive ? split_words(archive->rest) : std::nullopt;
      if (!words || words->size() != 3) continue;
      const auto device = parse_number((*words)[0]), inode = parse_number((*words)[1]);
      const auto date = parse_state_date((*words)[2]);
      if (device && inode && date)
        unfinished_[path->text] = {archive->text, static_cast<std::uint64_t>(*device), static_cast<std::uint64_t>(*inode),
                                   *date};
    }
  }
}

std::optional<base::Civil> StateStore::last_rotated(const std::string& path) {
  const auto entry = entries_.find(path);
  if (entry == entries_.end()) return std::nullopt;
  entry->second.used = true;
  return entry->second.last_rotated;
}

void StateStore::set_last_rotated(const std::string& path, const base::Civil& date) { entries_[path] = {date, true}; }

Result<void> StateStore::append(const std::string& line) {
  if (!journal_) return {};
  synced_ = false;
  // A line of which a power loss or a full disk left the beginning must not spoil the next one.
  auto written = write_all(journal_.get(), std::exchange(torn_, false) ? "\n" + line : line);
  torn_ = !written;
  return written;
}

Result<void> StateStore::sync() {
  if (!journal_ || std::exchange(synced_, true)) return {};
  if (::fdatasync(journal_.get()) != 0) return fail_errno(errno, "sync the journal of " + options_.path);
  if (std::exchange(name_is_durable_, true)) return {};
  return directory_->sync();
}

Result<void> StateStore::moving(const std::string& path, const Unfinished& what) {
  unfinished_[path] = what;
  const base::Civil& d = what.date;
  return append(fmt::format("moving {} {} {} {} {}-{}-{}-{}:{}:{}\n", quote(path), quote(what.archive), what.device,
                            what.inode, d.year, d.month, d.day, d.hour, d.minute, d.second));
}

Result<void> StateStore::moved(const std::string& path, const base::Civil& date) {
  set_last_rotated(path, date);
  unfinished_.erase(path);
  return append("moved " + state_line(path, date));
}

Result<void> StateStore::save(const Moment& now, Messages& messages) {
  if (!state_ || options_.dry) return {};
  std::erase_if(entries_, [&](const auto& item) {
    const auto& [path, entry] = item;
    const bool old = !entry.used && wall_seconds(now.local) - wall_seconds(entry.last_rotated) > kYear;
    if (old)
      messages.debug(
          fmt::format("Removing {} from state file, because it does not exist and has not been rotated for one year", path));
    return old;
  });
  const auto failed = [&](const base::Error& error) {
    static_cast<void>(directory_->unlink(Directory::temporary_name(name_)));
    return fail(error.code, fmt::format("error creating temp state file for {}: {}", options_.path, error.message));
  };
  auto access = access_of(state_.get());
  if (!access) return failed(access.error());
  if ((access->mode & S_IROTH) != 0) {  // so that no other user can lock it (CVE-2022-1348)
    access->mode &= ~static_cast<std::uint32_t>(S_IROTH);
    access->access_list.reset();
  }
  auto temporary = directory_->create_temporary(name_);
  if (!temporary) return failed(temporary.error());
  auto done = write_all(temporary->get(), write_state(entries_));
  if (done) done = give_access(temporary->get(), *access, options_.path);
  if (done && ::fsync(temporary->get()) != 0) done = fail_errno(errno, "sync");
  if (done) done = directory_->replace(Directory::temporary_name(name_), name_);
  if (!done) return failed(done.error());
  TRY_VOID(directory_->sync());
  // What did not come to its end is for the next run; but not what no configuration names any more.
  std::erase_if(unfinished_, [&](const auto& item) {
    const auto entry = entries_.find(item.first);
    return entry == entries_.end() || !entry->second.used;
  });
  if (!journal_ || !unfinished_.empty()) return {};
  if (::ftruncate(journal_.get(), 0) != 0) return fail_errno(errno, "error emptying the journal of " + options_.path);
  torn_ = synced_ = false;
  return sync();  // so that old lines cannot come back behind those of a later run
}

}  // namespace longshore::rotator
