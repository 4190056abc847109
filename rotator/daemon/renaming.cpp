#include "rotator/daemon/renaming.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string_view>
#include <utility>

#include "common/telemetry/log.hpp"
#include "rotator/files/thread_user.hpp"
#include "rotator/inplace/head.hpp"

namespace longshore::rotator {
namespace {

using base::Code;
using base::fail;
using base::Result;

constexpr std::string_view kTitle = "longshore-renaming 1 ";
constexpr std::string_view kEnd = "\nend\n";
constexpr std::size_t kMaxRecord = 4096;  // bytes

struct Record {
  std::uint64_t inode = 0;  // of the log
  std::string archive;      // its name: one component, which may hold any other byte, also a line end
};

// Nothing: it was torn before the log was moved, or is none.
std::optional<Record> read_record(std::string_view text) {
  if (!text.starts_with(kTitle) || !text.ends_with(kEnd)) return std::nullopt;
  text.remove_prefix(kTitle.size());
  Record record;
  const auto number = std::from_chars(text.data(), text.data() + text.size(), record.inode);
  text.remove_prefix(static_cast<std::size_t>(number.ptr - text.data()));
  if (number.ec != std::errc() || text.size() < kEnd.size() + 2 || text[0] != '\n') return std::nullopt;
  record.archive = text.substr(1, text.size() - 1 - kEnd.size());
  return record.archive.find('/') == std::string::npos ? std::optional(std::move(record)) : std::nullopt;
}

bool is_file(const Result<FileFacts>& facts, std::uint64_t inode) { return facts && facts->inode == inode; }

Result<void> write_durably(int file, std::string_view text, const std::string& name) {
  const ssize_t size = ::write(file, text.data(), text.size());
  if (size < 0 || static_cast<std::size_t>(size) < text.size())
    return base::fail_errno(size < 0 ? errno : ENOSPC, "write " + name);
  if (::fsync(file) != 0) return base::fail_errno(errno, "sync " + name);
  return {};
}

}  // namespace

std::string renaming_name(const std::string& log) { return "." + log + ".renaming"; }

Result<void> Renaming::move(const std::string& archive, const std::optional<Access>& successor) {
  // The successor is made first: if there is no room for it, the log stays where it is.
  if (successor) TRY_VOID(make_successor(*successor));
  // A disk that is too full for the record must not keep the log from being moved.
  if (const auto noted = record(archive); !noted)
    telemetry::log_warn("a rotation cannot be recorded", {{"file", folder_.path_of(log_)}, {"why", noted.error().message}});
  if (auto synced = folder_.sync(); !synced) return undo(synced.error());
  if (auto moved = folder_.rename(log_, archives_, archive); !moved) return undo(moved.error());
  if (successor) {
    if (auto placed = place_successor(); !placed) {
      // Without a log under its name nothing is as it should be: back.
      static_cast<void>(archives_.rename(archive, folder_, log_));
      return undo(placed.error());
    }
  }
  // It is done, whatever these say: what they left out, the file system does itself in a while.
  for (const Directory* changed : {&folder_, &archives_})
    if (const auto synced = changed->sync(); !synced)
      telemetry::log_warn("a rotation may be undone by a power loss", {{"why", synced.error().message}});
  return {};
}

Result<void> Renaming::make_successor(const Access& access) {
  const std::string path = folder_.path_of(log_);
  TRY(file, folder_.create_temporary(log_));
  auto done = give_access(file.get(), access, path);
  if (done && ::fsync(file.get()) != 0) done = base::fail_errno(errno, "sync the new " + path);
  if (!done) static_cast<void>(folder_.unlink(Directory::temporary_name(log_)));
  return done;
}

// From its temporary name.
Result<void> Renaming::place_successor() {
  const std::string temporary = Directory::temporary_name(log_);
  auto placed = folder_.rename(temporary, folder_, log_);
  if (placed || placed.error().code != Code::exists) return placed;
  static_cast<void>(folder_.unlink(temporary));  // its writer was quicker: the log is there, and is theirs
  return {};
}

Result<void> Renaming::record(const std::string& archive) {
  const std::string name = renaming_name(log_);
  TRY(facts, folder_.facts(log_));
  TRY(file, folder_.create_file(name));
  auto written =
      write_durably(file.get(), fmt::format("{}{}\n{}{}", kTitle, facts.inode, archive, kEnd), folder_.path_of(name));
  if (!written) static_cast<void>(folder_.unlink(name));
  return written;
}

Result<void> Renaming::undo(base::Error why) {
  for (const std::string& name : {Directory::temporary_name(log_), renaming_name(log_)})
    static_cast<void>(folder_.unlink(name));
  return fail(std::move(why));
}

Result<std::optional<std::string>> Renaming::complete() {
  const std::string name = renaming_name(log_), temporary = Directory::temporary_name(log_);
  const auto file = folder_.open_file(name, O_RDONLY);
  std::optional<Record> found;
  if (file) {
    // Whoever can write there could otherwise have writers told, and files named.
    struct stat status{};
    if (::fstat(file->get(), &status) != 0) return base::fail_errno(errno, "look at " + folder_.path_of(name));
    if (status.st_nlink != 1 || (status.st_uid != ::geteuid() && status.st_uid != file_user()))
      return fail(Code::invalid, folder_.path_of(name) + " is no record of ours (our own, with one name): remove it");
    TRY(text, read_at(file->get(), 0, kMaxRecord));
    found = read_record(text);
  } else if (file.error().code != Code::not_found) {
    return fail(file.error());
  }
  // Where a name is moved in two steps, the log may have both.
  if (found && is_file(folder_.facts(log_), found->inode) && is_file(archives_.facts(found->archive), found->inode))
    TRY_VOID(folder_.unlink(log_));
  if (!found || is_file(folder_.facts(log_), found->inode)) {  // it was not moved
    if (const auto removed = folder_.remove_abandoned(temporary); !removed) return fail(removed.error());
    if (file) TRY_VOID(forget());
    return std::nullopt;
  }
  if (folder_.facts(temporary)) TRY_VOID(place_successor());
  TRY_VOID(folder_.sync());
  TRY_VOID(archives_.sync());
  return found->archive;
}

Result<void> Renaming::forget() {
  auto removed = folder_.unlink(renaming_name(log_));
  if (!removed && removed.error().code == Code::not_found) return {};  // there was no room for it
  return removed;
}

}  // namespace longshore::rotator
