#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "rotator/inplace/head.hpp"
#include "rotator/inplace/rotation.hpp"

namespace longshore::rotator {

base::Result<void> Rotation::commit(Phase phase, std::uint64_t head, bool durable) {
  if (phase == Phase::removing || phase == Phase::idle || phase == Phase::exchanging) {
    // Of the removed bytes there is no checksum any more; of a collapse it was taken before.
    TRY(taken, head_of(request_.live, head));
    record_.head = taken;
  }
  // The log is never shorter than the journal says, also after a power loss: else what is written then were taken for
  // archived.
  if (durable && head > durable_to_ && source_ == request_.live) {
    TRY(size, size_of(request_.live));
    disk_.write_back(request_.live, std::max(durable_to_, removed_to_), size);
    TRY_VOID(disk_.sync(request_.live));
    durable_to_ = size;
  }
  // From here on the record may be on the disk, also if putting it there fails.
  record_.phase = phase;
  if (archive_) record_.archive_bytes = archive_->size();  // else: of one that is being completed
  return journal_.put(record_, durable);
}

base::Result<void> Rotation::forget() {
  TRY_VOID(disk_.sync(request_.live));  // what was removed stays so
  if (removed_to_ > 0) {
    if (!disk_.set_attribute(request_.live, std::to_string(removed_to_))) return commit(Phase::idle, removed_to_);
    TRY_VOID(disk_.sync(request_.live));
  }
  record_.phase = Phase::idle;
  return journal_.remove();
}

base::Result<void> Rotation::unlink_if_there(int directory, const std::string& name) {
  auto unlinked = disk_.unlink(directory, name);
  if (!unlinked && unlinked.error().code != base::Code::not_found) return unlinked;
  return {};
}

base::Result<InPlaceReport> Rotation::complete() {
  TRY_VOID(look());
  TRY(log, identity_of(request_.live));
  TRY(found, journal_.open(request_.live_name));
  record_ = found.value_or(JournalRecord{.log = log});
  const bool same_log = record_.log == log;
  switch (record_.phase) {
    case Phase::idle:
      // Of an archive that no record tells of, all bytes are in the log still.
      TRY_VOID(unlink_if_there(request_.archive_directory, unfinished_name(request_.live_name)));
      break;
    case Phase::removing:
    case Phase::collapsing:
      TRY_VOID(complete_removal(same_log));
      break;
    case Phase::exchanging:
    case Phase::exchanged:
      TRY_VOID(complete_exchange());
      break;
  }
  record_ = JournalRecord{.log = log, .head = record_.head};
  TRY(by_attribute, removed_by_attribute(request_.live));
  TRY(by_journal, begins_removed(request_.live, same_log && found ? record_.head.size : 0));
  removed_to_ = std::max(by_attribute, same_log && found && by_journal ? record_.head.size : 0);
  return report_;
}

// Cut to what is proven, and durable; none: it has its name already.
base::Result<base::UniqueFd> Rotation::proven_archive() {
  base::UniqueFd archive(::openat(request_.archive_directory, unfinished_name(request_.live_name).c_str(),
                                  O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  report_.completed_earlier = true;
  report_.archive_name = record_.archive_name;
  report_.archive_bytes = record_.archive_bytes;
  if (!archive && errno == ENOENT) return archive;
  if (!archive) return base::fail_errno(errno, "open " + unfinished_name(request_.live_name));
  TRY(size, size_of(archive.get()));
  if (size > record_.archive_bytes) TRY_VOID(disk_.truncate(archive.get(), record_.archive_bytes));
  TRY_VOID(disk_.sync(archive.get()));
  return archive;
}

// The index comes when what is archived has made room: it is not proven, and made anew if we are interrupted again.
base::Result<void> Rotation::complete_archive(const base::UniqueFd& archive) {
  if (!archive) return {};
  struct stat log{};
  if (::fstat(source_, &log) != 0) return base::fail_errno(errno, "look at " + request_.live_name);
  const base::Timestamp modified{log.st_mtim.tv_sec * 1'000'000'000 + log.st_mtim.tv_nsec};
  TRY(text, add_index(disk_, archive.get(), {record_.codec, record_.level}, modified));
  report_.archived = text;
  TRY(size, size_of(archive.get()));
  report_.archive_bytes = size;
  return name_archive();
}

base::Result<void> Rotation::complete_removal(bool same_log) {
  TRY(archive, proven_archive());
  TRY(still_there, begins_with(request_.live, record_.head));
  if (!same_log || !still_there) {
    // Collapsed just before we were interrupted, or somebody else emptied it.
    const std::uint64_t rest = record_.head.size - std::min(record_.head.size, record_.cut);
    TRY(collapsed, begins_removed(request_.live, rest));
    removed_to_ = same_log && record_.phase == Phase::collapsing && collapsed ? rest : 0;
  } else {
    TRY_VOID(can_punch_ ? punch(0, record_.head.size) : blank(record_.head.size));
    if (record_.phase == Phase::collapsing) {
      TRY(collapsed, collapse_hole(record_.cut));
      report_.method = collapsed ? InPlaceMethod::collapse : InPlaceMethod::punch;
    }
  }
  TRY_VOID(complete_archive(archive));
  return forget();
}

// Where there are no holes NULs take their place: the rotation that was interrupted would have truncated the log, which now
// has more in it.
base::Result<void> Rotation::blank(std::uint64_t size) {
  const std::string zeros(kFrameSize, '\0');
  for (std::uint64_t at = 0; at < size; at += zeros.size())
    TRY_VOID(disk_.write(request_.live, at, std::string_view(zeros).substr(0, size - at)));
  removed_to_ = size;
  return {};
}

base::Result<void> Rotation::complete_exchange() {
  const std::string name = spare_name(request_.live_name);
  spare_.reset(::openat(request_.live_directory, name.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!spare_ && errno != ENOENT) return base::fail_errno(errno, "open " + name);
  TRY(size, spare_ ? size_of(spare_.get()) : base::Result<std::uint64_t>(0));
  if (record_.phase == Phase::exchanged) {
    TRY(archive, proven_archive());
    TRY_VOID(complete_archive(archive));
  } else if (size > 0) {
    TRY_VOID(unlink_if_there(request_.archive_directory, unfinished_name(request_.live_name)));
    source_ = spare_.get();
    TRY_VOID(begin_archive(record_.head.size));
    TRY_VOID(copy_and_prove(size));
    TRY_VOID(commit(Phase::exchanged, size));
    TRY_VOID(finish_archive());
    TRY_VOID(name_archive());
    report_.completed_earlier = true;
    report_.method = InPlaceMethod::exchange;
    report_.archived = size - record_.head.size;
    source_ = request_.live;
    archive_.reset();
  }
  TRY_VOID(drop_spare());
  return forget();
}

}  // namespace longshore::rotator
