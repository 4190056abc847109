#include "rotator/rotation/log_rotation.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "rotator/files/attributes.hpp"
#include "rotator/inplace/rotate_in_place.hpp"
#include "rotator/policy/need.hpp"
#include "rotator/rotation/archive_steps.hpp"
#include "rotator/rotation/local_time.hpp"

namespace longshore::rotator {

using base::Code;
using base::fail;
using base::Result;

LogRotation::LogRotation(const Run& run, const Block& block, StateStore& state, DirectoryPool& pool, std::string path)
    : run_(run),
      block_(block),
      state_(state),
      pool_(pool),
      path_(std::move(path)),
      scheme_(block.policy, split_path(path_).name) {
  auto [folder, name] = split_path(path_);
  folder_path_ = std::move(folder);
  name_ = std::move(name);
  const std::string& old = block.policy.old_directory;
  archives_path_ = old.empty() ? folder_path_ : old.starts_with('/') ? old : folder_path_ + "/" + old;
  by_copy_ = block.policy.renamecopy;
}

bool LogRotation::told(const Result<void>& result) {
  if (!result) run_.messages.error(result.error().message);
  return result.has_value();
}

bool LogRotation::examine() {
  const Policy& policy = block_.policy;
  run_.messages.debug("considering log " + path_);
  auto directory = folder();
  if (!directory) {
    if (directory.error().code == Code::not_found && policy.missing_ok) {
      run_.messages.debug(fmt::format("  log {} does not exist -- skipping", path_));
      return true;
    }
    run_.messages.error(fmt::format("stat of {} failed: {}", folder_path_, directory.error().message));
    return false;
  }
  find_unfinished(**directory);
  auto facts = (*directory)->facts(name_);
  if (!facts) {
    if (resumed_) return true;
    if (facts.error().code == Code::not_found && policy.missing_ok) {
      run_.messages.debug(fmt::format("  log {} does not exist -- skipping", path_));
      return true;
    }
    run_.messages.error(facts.error().message);
    return false;
  }
  if (!resumed_) facts_ = *facts;
  if (facts->kind == FileKind::symlink) {
    run_.messages.debug(
        fmt::format("  log {} is symbolic link. Rotation of symbolic links is not allowed to avoid security issues -- "
                    "skipping.",
                    path_));
    return true;
  }
  if (facts->kind != FileKind::regular) {
    run_.messages.debug(fmt::format("  log {} is no regular file -- skipping.", path_));
    return true;
  }
  if (!policy.allow_hard_links && facts->links != 1) {
    run_.messages.debug(
        fmt::format("  log {} has multiple ({}) hard links. Rotation of files with multiple hard links is not allowed for "
                    "{} -- skipping.",
                    path_, facts->links, block_.pattern));
    return true;
  }
  if (resumed_) return true;
  const base::Civil last = last_rotation();
  run_.messages.debug(fmt::format("  Now: {}", minute_text(run_.now.local)));
  run_.messages.debug(fmt::format("  Last rotated at {}", minute_text(last)));
  const Need need = need_for_rotation(policy, {size_now(**directory), facts_.modified, last}, run_.now, run_.forced);
  if (need.from_future) run_.messages.error(fmt::format("log {} {}", path_, need.reason));
  run_.messages.debug(need.rotate ? fmt::format("  log needs rotating ({})", need.reason)
                                  : fmt::format("  log does not need rotating ({})", need.reason));
  due_ = need.rotate;
  return true;
}

// Was it moved by a run that then was stopped, or could not go on? The inode tells, whatever the name is now.
void LogRotation::find_unfinished(const Directory& folder) {
  if (block_.policy.copy || block_.policy.copytruncate) return;
  const auto noted = state_.unfinished().find(path_);
  const Unfinished* what = noted == state_.unfinished().end() ? nullptr : &noted->second;
  auto [directory, archive] = split_path(what == nullptr ? "" : what->archive);
  if (directory != archives_path_) what = nullptr;
  const auto is_it = [&](const Result<FileFacts>& file) {
    return what != nullptr && file && file->device == what->device && file->inode == what->inode;
  };
  auto moved = folder.facts(name_ + ".tmp");
  const bool has_temporary = moved && moved->kind == FileKind::regular;
  Result<FileFacts> archived = fail(Code::not_found, archive);
  if (auto archives = this->archives(); what != nullptr && archives) archived = (*archives)->facts(archive);
  if (is_it(moved)) {
    by_copy_ = true;
    archive_ = archive;
  } else if (is_it(archived)) {
    // Where it is a copy, its original may still be there.
    copied_ = !(has_temporary && moved->size == archived->size);
    by_copy_ |= !copied_;
    archive_ = archive;
    moved = archived;
  } else if (block_.policy.renamecopy && has_temporary) {
    // Nobody has noted what the archive's name was to be: it is chosen as for any other log.
  } else {
    if (what == nullptr) return;
    // It still is the log, or all was done but for noting that.
    if (!is_it(folder.facts(name_))) state_.set_last_rotated(path_, what->date);
    state_.forget_unfinished(path_);
    return;
  }
  run_.messages.debug(
      fmt::format("  log {} was moved by an earlier run that did not come to its end; going on from there", path_));
  facts_ = *moved;
  due_ = resumed_ = true;
}

// By the state file; for a log that no run knows of, by its archives and its age.
base::Civil LogRotation::last_rotation() {
  if (auto known = state_.last_rotated(path_)) return *known;
  run_.messages.debug("Creating new state");
  std::vector<base::Timestamp> changed;
  if (auto archives = this->archives()) {
    if (const auto list = list_archives())
      for (const Archive& archive : *list)
        if (const auto facts = (*archives)->facts(archive.name)) changed.push_back(facts->modified);
  }
  const base::Civil last = local_moment(likely_last_rotation(facts_.born, facts_.modified, changed, run_.now.at)).local;
  state_.set_last_rotated(path_, last);
  return last;
}

// Bytes that are in no archive yet: a rotation in place may have left a hole at the beginning.
std::uint64_t LogRotation::size_now(const Directory& folder) {
  if (!block_.policy.copytruncate || facts_.allocated >= facts_.size) return facts_.size;
  const auto file = folder.open_file(name_, O_RDONLY);
  const auto archives = this->archives();
  if (!file || !archives) return facts_.size;
  return unarchived_bytes(file->get(), (*archives)->fd(), name_).value_or(facts_.size);
}

// Already, in a run that is resumed; and never of one whose name stays.
bool LogRotation::note() {
  if (!due_ || resumed_ || run_.dry || block_.policy.copy || block_.policy.copytruncate) return true;
  // A disk that is too full for the journal must not keep the log from being moved.
  if (auto noted = state_.moving(path_, {archive_path(), facts_.device, facts_.inode, run_.now.local}); !noted)
    run_.messages.warning("the journal cannot be written: " + noted.error().message);
  return true;
}

bool LogRotation::move() {
  if (!due_) return true;
  pool_.made(archives_path_, archive_);
  pool_.changed(folder_path_);
  pool_.changed(archives_path_);
  auto folder = this->folder();
  auto archives = this->archives();
  if (run_.dry && !archives) archives = folder;  // an olddir that would be made
  if (!folder || !archives) return told(fail(folder ? archives.error() : folder.error()));
  const Policy& policy = block_.policy;
  if (policy.copy || policy.copytruncate) {
    if (!told(move_bytes(**folder, **archives))) return false;
    if (!run_.dry) told(state_.moved(path_, run_.now.local));
    return true;
  }
  // The successor is made first: if there is no room for it, the log stays where it is.
  bool successor = policy.create.has_value() && !(resumed_ && (*folder)->facts(name_));
  if (successor && !told(make_successor(**folder))) return false;
  if (!resumed_ && !told(rename_log(**folder, **archives))) {
    if (successor && !run_.dry) static_cast<void>((*folder)->unlink(Directory::temporary_name(name_)));
    return false;
  }
  if (successor && !told(place_successor(**folder, **archives))) return false;
  if (!run_.dry) state_.set_last_rotated(path_, run_.now.local);
  // A script that keeps failing must not keep the next log from being moved, for which the temporary name has to be free.
  return !(resumed_ && by_copy_) || told(finish_copy(**folder, **archives));
}

void LogRotation::give_up() {
  if (due_ && !run_.dry && (!by_copy_ || copied_) && !block_.policy.copy && !block_.policy.copytruncate)
    told(state_.moved(path_, run_.now.local));
}

Result<void> LogRotation::rename_log(const Directory& folder, const Directory& archives) {
  run_.messages.debug(fmt::format("renaming {} to {}", path_, by_copy_ ? folder.path_of(moved_name()) : archive_path()));
  if (run_.dry) return {};
  auto renamed = folder.rename(name_, by_copy_ ? folder : archives, moved_name());
  if (!renamed) return fail(renamed.error().code, fmt::format("failed to {}", renamed.error().message));
  return {};
}

// A new log under its temporary name.
Result<void> LogRotation::make_successor(const Directory& folder) {
  const Ownership& wish = *block_.policy.create;
  Access access{.mode = wish.mode.value_or(facts_.mode & 0777),
                .uid = wish.uid.value_or(facts_.uid),
                .gid = wish.gid.value_or(facts_.gid)};
  run_.messages.debug(
      fmt::format("creating new {} mode = 0{:o} uid = {} gid = {}", path_, access.mode, access.uid, access.gid));
  if (run_.dry) return {};
  if (!wish.mode && !resumed_) {
    TRY(log, open_log(folder, name_, block_.policy, O_RDONLY));
    TRY(old, access_of(log.get()));
    access.access_list = old.access_list;
  }
  auto file = folder.create_temporary(name_);
  auto done = file ? give_access(file->get(), access, path_) : fail(file.error());
  if (done) return {};
  static_cast<void>(folder.unlink(Directory::temporary_name(name_)));
  return fail(done.error().code, fmt::format("error creating output file {}: {}", path_, done.error().message));
}

Result<void> LogRotation::place_successor(const Directory& folder, const Directory& archives) {
  if (run_.dry) return {};
  const std::string hidden = Directory::temporary_name(name_);
  const auto placed = folder.rename(hidden, folder, name_);
  if (placed) return {};
  static_cast<void>(folder.unlink(hidden));
  if (placed.error().code == Code::exists) return {};  // its writer was quicker: the log is there, and is theirs
  // Without a log under its name nothing is as it should be: back.
  if (!resumed_) static_cast<void>((by_copy_ ? folder : archives).rename(moved_name(), folder, name_));
  return fail(placed.error().code, fmt::format("error creating output file {}: {}", path_, placed.error().message));
}

Result<void> LogRotation::move_bytes(const Directory& folder, const Directory& archives) {
  const Policy& policy = block_.policy;
  run_.messages.debug(fmt::format("copying {} to {}", path_, archive_path()));
  run_.messages.debug(fmt::format("{} {}", policy.copytruncate ? "truncating" : "Not truncating", path_));
  if (run_.dry) return {};
  if (!policy.copytruncate) return copy_file(folder, name_, archives, archive_, policy);
  // Straight into the compressed archive, if nobody wants to see it before.
  InPlaceRequest request;
  request.archive_name = archive_;
  request.compression.codec = Codec::none;
  request.mode = policy.in_place;
  if (policy.compress && !policy.delay_compress && !policy.post_rotate) request.compression = own_compression(policy);
  compressed_ = request.compression.codec != Codec::none;
  if (compressed_) request.archive_name += policy.compress_extension;
  TRY(live, open_log(folder, name_, policy, O_RDWR));
  TRY(access, access_of(live.get()));
  request.live = live.get();
  request.live_directory = folder.fd();
  request.archive_directory = archives.fd();
  request.live_name = name_;
  request.prepare_archive = [&](int file) { return give_access(file, access, archive_path()); };
  auto report = rotate_in_place(request);
  if (!report)
    return fail(report.error().code, fmt::format("error rotating {} in place: {}", path_, report.error().message));
  const std::string line = fmt::format("{}: {}", path_, describe(*report));
  report->at_risk > 0 ? run_.messages.warning(line) : run_.messages.debug(line);
  if (!report->archive_name.empty()) {
    if (compressed_ || facts_.allocated >= facts_.size) return {};
    TRY(archive, archives.open_file(report->archive_name, O_RDWR));
    return dig_holes(archive.get());
  }
  // An empty log has an empty archive, as any other way of rotating gives it.
  TRY(empty, archives.create_file(archive_));
  compressed_ = false;
  return give_access(empty.get(), access, archive_path());
}

bool LogRotation::finish(CompressionBatch& batch) {
  if (!due_) return true;
  const Policy& policy = block_.policy;
  auto folder = this->folder();
  auto archives = this->archives();
  if (run_.dry && !archives) archives = folder;
  if (!folder || !archives) return told(fail(folder ? archives.error() : folder.error()));
  pool_.changed(folder_path_);
  pool_.changed(archives_path_);
  const bool moved = !policy.copy && !policy.copytruncate;
  if (moved && by_copy_ && !told(finish_copy(**folder, **archives))) return false;
  if (policy.compress && !policy.delay_compress && !compressed_)
    batch.add(*archives, archive_, [this](const Result<void>& done) { failed_to_compress_ = !told(done); });
  return true;
}

bool LogRotation::close() {
  if (!due_) return true;
  const Policy& policy = block_.policy;
  // What failed, or fails from here on, is found again by the next rotation.
  const bool moved = !policy.copy && !policy.copytruncate;
  if (moved && !run_.dry && !told(state_.moved(path_, run_.now.local))) return false;
  if (failed_to_compress_) return false;
  auto archives = this->archives();
  if (run_.dry && !archives) archives = folder();
  if (!archives) return told(fail(archives.error()));
  if (!policy.mail.empty() && policy.mail_first) {
    std::string name = archive_;
    if (!(*archives)->facts(name)) name += policy.compress_extension;
    const std::string subject = policy.compress && !policy.delay_compress ? path_ : (*archives)->path_of(name);
    if (!told(mail_archive(run_, block_, **archives, name, subject))) return false;
  }
  bool good = !failed_before_;
  for (const std::string& name : disposed_) good &= dispose(**archives, name);
  return good;
}

// From the log's temporary name to the archive. An earlier run may have come as far as having both.
Result<void> LogRotation::finish_copy(const Directory& folder, const Directory& archives) {
  if (copied_) return {};
  const std::string temporary = name_ + ".tmp";
  run_.messages.debug(fmt::format("copying {} to {}", folder.path_of(temporary), archive_path()));
  run_.messages.debug("removing tmp log " + folder.path_of(temporary));
  if (run_.dry) return {};
  auto source = open_log(folder, temporary, block_.policy, O_RDONLY);
  if (!source) return fail(source.error());
  // What its writer has not made durable must not be shorter after a power loss than its copy.
  if (::fsync(source->get()) != 0) return base::fail_errno(errno, "sync " + folder.path_of(temporary));
  if (!archives.facts(archive_)) TRY_VOID(copy_file(folder, temporary, archives, archive_, block_.policy));
  TRY(copy, open_log(archives, archive_, block_.policy, O_RDONLY));
  TRY_VOID(compare_files(source->get(), copy.get(), path_));
  // From here on it is the copy that the next run has to look for.
  TRY(facts, archives.facts(archive_));
  TRY_VOID(state_.moving(path_, {archive_path(), facts.device, facts.inode, run_.now.local}));
  TRY_VOID(state_.sync());
  TRY_VOID(folder.unlink(temporary));
  copied_ = true;
  return folder.sync();
}

bool LogRotation::dispose(const Directory& archives, const std::string& name) {
  const Policy& policy = block_.policy;
  std::string present = name;
  if (!run_.dry && !archives.facts(present)) present += policy.compress_extension;  // it has become that meanwhile
  if (!run_.dry && !archives.facts(present)) return true;
  if (!policy.mail.empty() && !policy.mail_first &&
      !told(mail_archive(run_, block_, archives, present, archives.path_of(present))))
    return false;
  auto removed = remove_archive(run_, block_, archives, present);
  if (!removed)
    run_.messages.error(fmt::format("Failed to remove old log {}: {}", archives.path_of(present), removed.error().message));
  return removed.has_value();
}

}  // namespace longshore::rotator
