#include <sys/stat.h>

#include <cerrno>

#include "rotator/inplace/head.hpp"
#include "rotator/inplace/rotation.hpp"

namespace longshore::rotator {
namespace {

base::Result<void> like_the_log(int archive, const struct stat& log) {
  if (::fchown(archive, log.st_uid, log.st_gid) != 0 && errno != EPERM) return base::fail_errno(errno, "chown the archive");
  if (::fchmod(archive, log.st_mode & 0777) != 0) return base::fail_errno(errno, "chmod the archive");
  return {};
}

}  // namespace

base::Result<void> Rotation::begin_archive(std::uint64_t begin) {
  struct stat log{};
  if (::fstat(source_, &log) != 0) return base::fail_errno(errno, "look at " + request_.live_name);
  TRY(fd, disk_.create(request_.archive_directory, unfinished_name(request_.live_name)));
  const int archive = fd.get();
  const base::Timestamp modified{log.st_mtim.tv_sec * 1'000'000'000 + log.st_mtim.tv_nsec};
  archive_ = std::make_unique<UnfinishedArchive>(disk_, std::move(fd), source_, begin,
                                                 Compression{record_.codec, record_.level}, modified);
  TRY_VOID(request_.prepare_archive ? request_.prepare_archive(archive) : like_the_log(archive, log));
  return disk_.sync(request_.archive_directory);  // its name is as durable as what will be in it
}

base::Result<void> Rotation::copy(std::uint64_t end) {
  for (;;) {
    auto copied = report_.frame_by_frame && archive_->copied_to() < end ? archive_->copy_frame(end) : archive_->copy(end);
    if (!copied && (copied.error().code != base::Code::exhausted || !can_punch_ || source_ != request_.live)) return copied;
    if (copied && !report_.frame_by_frame) return {};
    // The disk is full, or nearly: what is archived makes room.
    report_.frame_by_frame = true;
    const std::uint64_t before = archive_->proven_to();
    TRY_VOID(archive_->prove());
    if (!copied && archive_->proven_to() == before) return copied;
    TRY_VOID(free_proven());
    if (archive_->copied_to() == end) return {};
  }
}

base::Result<void> Rotation::copy_and_prove(std::uint64_t end) {
  TRY_VOID(copy(end));
  return archive_->prove();
}

base::Result<void> Rotation::finish_archive() {
  TRY_VOID(archive_->finish());
  TRY(size, size_of(archive_->fd()));
  report_.archive_bytes = size;
  return {};
}

base::Result<void> Rotation::name_archive() {
  const std::string unfinished = unfinished_name(request_.live_name);
  std::string name = record_.archive_name;
  for (int attempt = 1;; ++attempt) {
    auto named = disk_.rename(request_.archive_directory, unfinished, name);
    if (named) break;
    // Somebody took the name meanwhile. Its bytes are nowhere else: it gets another.
    if (named.error().code != base::Code::exists || attempt == 1000) return named;
    name = record_.archive_name + ".recovered" + std::to_string(attempt);
  }
  report_.archive_name = std::move(name);
  return disk_.sync(request_.archive_directory);
}

}  // namespace longshore::rotator
