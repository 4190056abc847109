// The archives that a log has already: what is found, compressed late, moved on, removed, before the log joins them.
#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "rotator/inplace/journal.hpp"
#include "rotator/inplace/rotate_in_place.hpp"
#include "rotator/rotation/archive_steps.hpp"
#include "rotator/rotation/log_rotation.hpp"

namespace longshore::rotator {

using base::Code;
using base::fail;
using base::Result;

Result<std::vector<Archive>> LogRotation::list_archives() {
  TRY(names, pool_.names(archives_path_, scheme_.stem()));
  return scheme_.archives(names);
}

bool LogRotation::open(CompressionBatch& batch) {
  if (!due_) return true;
  const Policy& policy = block_.policy;
  run_.messages.debug(fmt::format("rotating log {}, log->rotateCount is {}", path_, policy.rotate));
  auto folder = this->folder();
  if (!folder) return told(fail(folder.error()));
  if (!open_archives(**folder)) return false;
  auto archives = this->archives();
  if (!archives) {
    if (run_.dry) archive_ = policy.date_extension ? scheme_.dated(run_.now) : scheme_.numbered(policy.start);
    return run_.dry || told(fail(archives.error()));
  }
  if (policy.copytruncate && !run_.dry && !complete_in_place(**folder, **archives)) return false;
  if (!run_.dry) remove_temporaries(**archives);
  auto list = list_archives();
  if (!list) return told(fail(list.error()));
  older_ = std::move(*list);
  // Of one that is resumed the name is chosen, and its archives are as they shall be.
  return !archive_.empty() || !policy.compress || compress_leftovers(batch);
}

bool LogRotation::prepare() {
  if (!due_) return true;
  const Policy& policy = block_.policy;
  auto archives = this->archives();
  if (!archives) return run_.dry || told(fail(archives.error()));
  if (!archive_.empty()) {  // an earlier run has chosen it
    choose_disposed(older_);
    return true;
  }
  if (policy.compress && !take_compressed(**archives)) return false;
  // What goes wrong with old archives is told, and keeps none of the log's own bytes from being rotated.
  failed_before_ |= !remove_expired(**archives, older_);
  if (policy.date_extension) {
    if (!choose_date(**archives)) return false;
  } else if (!shift_numbers(**archives, older_)) {
    return false;
  }
  choose_disposed(older_);
  return true;
}

// Of archives that a run was compressing or copying when it was killed. Nobody else is at work here: we have the lock.
void LogRotation::remove_temporaries(const Directory& archives) {
  const auto names = pool_.names(archives_path_, "." + scheme_.stem());
  for (const std::string& name : names.value_or(std::vector<std::string>())) {
    const auto archive = Directory::name_of_temporary(name);
    if (!archive || archive == name_ || scheme_.archives({*archive}).empty()) continue;
    if (const auto removed = archives.remove_abandoned(name); !removed) run_.messages.error(removed.error().message);
  }
}

// Before names shift, an archive that an earlier run has begun in place gets the name that it was to have.
bool LogRotation::complete_in_place(const Directory& folder, const Directory& archives) {
  if (!archives.facts(journal_name(name_))) return true;
  auto live = open_log(folder, name_, block_.policy, O_RDWR);
  if (!live) return told(fail(live.error()));
  InPlaceRequest request;
  request.live = live->get();
  request.live_directory = folder.fd();
  request.archive_directory = archives.fd();
  request.live_name = name_;
  const auto report = complete_interrupted(request);
  if (!report)
    return told(fail(report.error().code, fmt::format("error rotating {} in place: {}", path_, report.error().message)));
  if (report->archive_name.empty()) return true;
  run_.messages.debug(fmt::format("{}: an earlier rotation is completed: {}", path_, describe(*report)));
  pool_.made(archives_path_, report->archive_name);
  return true;
}

bool LogRotation::open_archives(const Directory& folder) {
  const Policy& policy = block_.policy;
  auto archives = this->archives();
  if (!archives && archives.error().code == Code::not_found && policy.create_old_directory && !run_.dry) {
    const auto above = folder.facts();
    if (!above) return told(fail(above.error()));
    const Ownership& wish = *policy.create_old_directory;
    if (!told(make_directories(archives_path_, wish.mode.value_or(above->mode & 0777), wish.uid.value_or(above->uid),
                               wish.gid.value_or(above->gid))))
      return false;
    archives = this->archives();
  }
  if (!archives) {
    if (run_.dry && policy.create_old_directory) return true;
    run_.messages.error(fmt::format("error verifying olddir path {}: {}", archives_path_, archives.error().message));
    return false;
  }
  const auto here = folder.facts(), there = (*archives)->facts();
  if (here && there && here->device != there->device && !resumed_) by_copy_ = true;
  return true;
}

// What an earlier run has put off, or could not do, or was stopped at. What cannot be compressed goes on as it is; but an
// archive that cannot be removed after it was compressed must not get two names.
bool LogRotation::compress_leftovers(CompressionBatch& batch) {
  auto archives = this->archives();
  if (!archives) return told(fail(archives.error()));
  for (const Archive& archive : older_) {
    if (archive.compressed) continue;
    const auto facts = (*archives)->facts(archive.name);
    if (!facts || facts->kind != FileKind::regular) continue;
    batch.add(*archives, archive.name, [this](const Result<void>& done) { failed_before_ |= !told(done); });
  }
  return true;
}

bool LogRotation::take_compressed(const Directory& archives) {
  if (run_.dry) return true;
  for (Archive& archive : older_) {
    if (archive.compressed) continue;
    const std::string compressed = archive.name + block_.policy.compress_extension;
    if (!archives.facts(compressed)) continue;
    if (archives.facts(archive.name)) return false;
    archive.name = compressed;
    archive.compressed = true;
    pool_.made(archives_path_, compressed);
  }
  // Where both were there, one has gone, or was set aside.
  const auto same = [](const Archive& a, const Archive& b) { return a.name == b.name; };
  older_.erase(std::unique(older_.begin(), older_.end(), same), older_.end());
  return true;
}

bool LogRotation::remove_expired(const Directory& archives, const std::vector<Archive>& list) {
  if (block_.policy.max_age_days <= 0) return true;
  bool good = true;
  for (const Archive& archive : list) {
    const auto facts = archives.facts(archive.name);
    if (!facts || facts->kind != FileKind::regular) continue;
    if (run_.now.at - facts->modified > std::chrono::hours(24) * block_.policy.max_age_days)
      good &= dispose(archives, archive.name);
  }
  return good;
}

// LOG.2 becomes LOG.3, LOG.1 becomes LOG.2, as far as there is no gap: whatever is behind a gap need not move, and must not,
// or a run that is stopped half-way and done again would push an archive out.
bool LogRotation::shift_numbers(const Directory& archives, std::vector<Archive>& list) {
  const Policy& policy = block_.policy;
  std::map<unsigned, std::vector<Archive*>> slots;
  for (Archive& archive : list)
    if (archives.facts(archive.name)) slots[archive.number].push_back(&archive);
  const unsigned limit = policy.rotate < 0 ? ~0U : policy.start + static_cast<unsigned>(std::max(policy.rotate, 1));
  unsigned gap = policy.start;
  while (gap < limit && slots.contains(gap)) ++gap;
  if (gap == limit && slots.contains(limit)) {  // overdue: an earlier run did not come so far
    for (const Archive* archive : slots[limit])
      if (!dispose(archives, archive->name)) return false;
  }
  for (unsigned number = gap; number-- > policy.start;) {
    for (Archive* archive : slots[number]) {
      const std::string to = scheme_.numbered(number + 1) + archive->name.substr(scheme_.numbered(number).size());
      run_.messages.debug(fmt::format("renaming {} to {} (rotatecount {}, logstart {}, i {}),",
                                      archives.path_of(archive->name), archives.path_of(to), policy.rotate, policy.start,
                                      number));
      if (!run_.dry && !told(archives.rename(archive->name, archives, to))) return false;
      pool_.made(archives_path_, to);
      archive->name = to;
      archive->number = number + 1;
    }
  }
  archive_ = scheme_.numbered(policy.start);
  return run_.dry || !name_is_taken(archives, archive_) ||
         told(fail(Code::exists, fmt::format("destination {} already exists, skipping rotation", archive_path())));
}

bool LogRotation::name_is_taken(const Directory& archives, const std::string& name) const {
  if (archives.facts(name) || archives.facts(name + block_.policy.compress_extension)) return true;
  return std::any_of(kCompressedExtensions.begin(), kCompressedExtensions.end(),
                     [&](std::string_view extension) { return archives.facts(name + std::string(extension)).has_value(); });
}

// Two rotations of one day are as good as one: the second gets a number. Who forces one has to look first.
bool LogRotation::choose_date(const Directory& archives) {
  archive_ = scheme_.dated(run_.now);
  run_.messages.debug(fmt::format("the archive will be {}", archive_path()));
  if (!name_is_taken(archives, archive_)) return true;
  if (run_.forced)
    return told(fail(Code::exists, fmt::format("destination {} already exists, skipping rotation", archive_path())));
  for (unsigned sequence = 1; name_is_taken(archives, archive_); ++sequence) archive_ = scheme_.dated(run_.now, sequence);
  return true;
}

void LogRotation::choose_disposed(const std::vector<Archive>& list) {
  const Policy& policy = block_.policy;
  if (policy.rotate < 0) return;
  const auto count = static_cast<std::size_t>(std::max(policy.rotate, 1));
  if (policy.rotate == 0) disposed_.push_back(archive_);
  if (policy.rotate == 0 && !policy.date_extension) return;
  if (policy.date_extension) {
    // The new one counts, and is in the list only if an earlier run has put it there.
    const std::size_t all = list.size() + (resumed_ ? 0 : 1);
    for (std::size_t i = 0; i < list.size() && all - i > count; ++i)
      if (list[i].name != archive_) disposed_.push_back(list[i].name);
    return;
  }
  for (const Archive& archive : list)
    if (archive.number == policy.start + count) disposed_.push_back(archive.name);
}

}  // namespace longshore::rotator
