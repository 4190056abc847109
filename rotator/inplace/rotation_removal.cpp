#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <thread>

#include "rotator/inplace/head.hpp"
#include "rotator/inplace/rotation.hpp"

namespace longshore::rotator {
namespace {

// A writer waits while a piece is punched: pieces grow and shrink so that it is about this long.
constexpr std::chrono::microseconds kShort{1000}, kLong{3000};
constexpr std::uint64_t kSmallestPiece = 256 << 10, kLargestPiece = 16 << 20;
constexpr std::uint64_t kLittle = 64 << 10;      // not worth another pass
constexpr std::uint64_t kWholeBlocks = 1 << 20;  // a multiple of every file system's block

}  // namespace

template <class Call>
auto Rotation::timed(Call call) {
  const auto begin = Clock::now();
  auto result = call();
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin);
  report_.stall = std::max(report_.stall, took);
  return result;
}

void Rotation::leave_time_for_readers() const {
  // A collapse is a truncation to them, whenever it comes.
  if (!report_.frame_by_frame && report_.method != InPlaceMethod::collapse)
    std::this_thread::sleep_until(seen_at_ + request_.time_for_readers);
}

// Until none of the programs that follow the log and say where they are (docs/formats/rotation-journal.md) is before `end`.
void Rotation::wait_for_readers(std::uint64_t end, Clock::duration at_most) const {
  for (const auto limit = Clock::now() + at_most; end > 0 && Clock::now() < limit;
       std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_len = static_cast<off_t>(end);
    if (::fcntl(source_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_RDLCK) return;
  }
}

base::Result<void> Rotation::free_proven() {
  const std::uint64_t end = archive_->proven_to();
  if (end <= removed_to_) return {};
  leave_time_for_readers();
  if (!report_.frame_by_frame) wait_for_readers(end, 5 * request_.time_for_readers);
  TRY_VOID(commit(Phase::removing, end));
  return punch(removed_to_, end);
}

base::Result<void> Rotation::remove() {
  switch (report_.method) {
    case InPlaceMethod::lease:
      return remove_under_lease();
    case InPlaceMethod::exchange:
      return commit(Phase::exchanged, archive_->proven_to());
    case InPlaceMethod::collapse:
      TRY_VOID(remove_in_passes());
      return collapse();
    case InPlaceMethod::punch:
      return free_proven();
    case InPlaceMethod::pause:
      return remove_while_paused();
    case InPlaceMethod::truncate:
      return remove_by_truncating();
  }
  return {};
}

// What is behind a hole is moved while the writer waits: it is to be little.
base::Result<void> Rotation::remove_in_passes() {
  std::uint64_t last = ~std::uint64_t{0};
  for (;;) {
    TRY_VOID(free_proven());
    TRY(end, where_to_end());
    const std::uint64_t more = end - archive_->copied_to();
    if (more < kLittle || more > last / 2) return {};
    last = more;
    TRY_VOID(copy_and_prove(end));
  }
}

base::Result<void> Rotation::remove_under_lease() {
  if (!disk_.take_lease(request_.live)) {  // somebody opened it meanwhile
    report_.method = choose(InPlaceMode::automatic, false);
    return remove();
  }
  auto emptied = [&]() -> base::Result<void> {
    TRY(size, size_of(request_.live));
    TRY_VOID(copy_and_prove(size));
    TRY_VOID(commit(Phase::removing, size));
    TRY(size_now, size_of(request_.live));
    if (size_now != size) return base::fail(base::Code::unavailable, "the log was written while we had it alone: try again");
    TRY_VOID(timed([&] { return disk_.truncate(request_.live, 0); }));
    removed_to_ = 0;
    return {};
  }();
  disk_.release_lease(request_.live);
  return emptied;
}

base::Result<void> Rotation::remove_while_paused() {
  leave_time_for_readers();
  for (std::uint64_t last = ~std::uint64_t{0};;) {  // so that little is left for when it stands still
    TRY(end, where_to_end());
    const std::uint64_t more = end - archive_->copied_to();
    if (more < kLittle || more > last / 2) break;
    last = more;
    TRY_VOID(copy_and_prove(end));
  }
  return timed([&]() -> base::Result<void> {
    auto emptied = request_.freeze();
    if (emptied) {
      emptied = [&]() -> base::Result<void> {
        TRY(size, size_of(request_.live));
        TRY_VOID(copy_and_prove(size));
        TRY_VOID(commit(Phase::removing, size));
        TRY(size_now, size_of(request_.live));
        if (size_now != size)
          return base::fail(base::Code::unavailable,
                            "the log grew while its writer was paused: somebody else writes it too");
        wait_for_readers(size, request_.time_for_readers);
        TRY_VOID(disk_.truncate(request_.live, 0));
        removed_to_ = 0;
        return {};
      }();
    }
    auto thawed = request_.thaw();
    return emptied ? thawed : emptied;
  });
}

base::Result<void> Rotation::remove_by_truncating() {
  constexpr int kTries = 100;
  leave_time_for_readers();
  wait_for_readers(archive_->proven_to(), 5 * request_.time_for_readers);
  TRY_VOID(commit(Phase::removing, archive_->proven_to()));  // this much is safe whatever happens
  const auto begin = Clock::now();
  const std::uint64_t begin_size = archive_->copied_to();
  for (int attempt = 1;; ++attempt) {
    TRY(size, size_of(request_.live));
    TRY_VOID(archive_->copy(size));
    // Not synced: each moment more is a moment in which lines are lost.
    TRY_VOID(commit(Phase::removing, size, false));
    const auto before = Clock::now();
    TRY(size_now, size_of(request_.live));
    if (size_now != size && attempt < kTries) continue;
    TRY_VOID(timed([&] { return disk_.truncate(request_.live, 0); }));
    const auto after = Clock::now();
    // As fast as it grew until now it may have grown in the last moment.
    const double share = std::chrono::duration<double>(after - before) /
                         std::max(std::chrono::duration<double>(before - begin), std::chrono::duration<double>(1e-6));
    report_.at_risk =
        size_now - size + static_cast<std::uint64_t>(static_cast<double>(size_now - begin_size) * share + 0.999);
    removed_to_ = 0;
    TRY_VOID(disk_.sync(archive_->fd()));
    return journal_.put(record_, true);
  }
}

base::Result<void> Rotation::punch(std::uint64_t from, std::uint64_t to) {
  std::uint64_t piece = 4 << 20;
  from -= from % kWholeBlocks;  // a block is freed only as a whole: the one of which a part was removed before, too
  while (from < to) {
    const std::uint64_t size = std::min(piece, to - from);
    const auto begin = Clock::now();
    TRY_VOID(timed([&] { return disk_.punch(request_.live, from, size); }));
    const auto took = Clock::now() - begin;
    if (took > kLong) piece = std::max(piece / 2, kSmallestPiece);
    if (took < kShort) piece = std::min(piece * 2, kLargestPiece);
    from += size;
    // A lock that is taken again at once is not given to who waits for it: without this a writer waits for several pieces.
    if (from < to) std::this_thread::sleep_for(std::min<Clock::duration>(took, kShort));
  }
  removed_to_ = to;
  return {};
}

base::Result<void> Rotation::collapse() {
  struct stat log{};
  if (::fstat(request_.live, &log) != 0) return base::fail_errno(errno, "look at " + request_.live_name);
  TRY_VOID(disk_.sync(request_.live));  // the hole is durable before the journal says so
  // Whole blocks only; with bigalloc, whole clusters, whose size nobody tells.
  for (const std::uint64_t block :
       std::array<std::uint64_t, 3>{static_cast<std::uint64_t>(log.st_blksize), 64 << 10, 1 << 20}) {
    TRY(collapsed, collapse_hole(removed_to_ - removed_to_ % block));
    if (collapsed) return {};
  }
  report_.method = InPlaceMethod::punch;
  return {};
}

base::Result<bool> Rotation::collapse_hole(std::uint64_t cut) {
  TRY(size, size_of(request_.live));
  TRY(data, next_data(request_.live, 0));
  if (cut == 0 || cut >= size || data < cut) return false;
  record_.cut = cut;
  TRY_VOID(commit(Phase::collapsing, record_.head.size));
  TRY_VOID(sync_twice(request_.live));  // what is behind is moved, and written first if it is not yet
  if (!timed([&] { return disk_.collapse(request_.live, cut); })) return false;
  removed_to_ -= cut;
  return true;
}

// What is written during the first, which may be long, is little for the second.
base::Result<void> Rotation::sync_twice(int fd) {
  TRY(size, size_of(fd));
  disk_.write_back(fd, removed_to_, size);
  TRY_VOID(disk_.sync(fd));
  return disk_.sync(fd);
}

base::Result<void> Rotation::exchange() {
  const std::string name = spare_name(request_.live_name);
  // An empty one was left when we were interrupted before anything happened.
  struct stat status{};
  const bool there = ::fstatat(request_.live_directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (there && S_ISREG(status.st_mode) && status.st_size == 0) TRY_VOID(disk_.unlink(request_.live_directory, name));
  auto spare = disk_.create(request_.live_directory, name);
  if (!spare) {
    report_.method = choose(InPlaceMode::collapse, false);
    return {};
  }
  struct stat log{};
  if (::fstat(request_.live, &log) != 0) return base::fail_errno(errno, "look at " + request_.live_name);
  if (::fchown(spare->get(), log.st_uid, log.st_gid) != 0 && errno != EPERM) return base::fail_errno(errno, "chown " + name);
  if (::fchmod(spare->get(), log.st_mode & 0777) != 0) return base::fail_errno(errno, "chmod " + name);
  TRY_VOID(disk_.sync(spare->get()));
  TRY_VOID(disk_.sync(request_.live_directory));
  TRY_VOID(commit(Phase::exchanging, removed_to_));
  TRY_VOID(sync_twice(request_.live));  // little is left to be written while the writer waits
  if (auto exchanged = timed([&] { return disk_.exchange(request_.live, spare->get()); }); !exchanged) {
    // Not XFS, an older one, or a folder that is elsewhere.
    TRY_VOID(disk_.unlink(request_.live_directory, name));
    TRY_VOID(disk_.sync(request_.live_directory));
    TRY_VOID(commit(Phase::idle, removed_to_));
    report_.method = choose(InPlaceMode::collapse, false);
    return {};
  }
  TRY_VOID(disk_.sync(spare->get()));
  spare_ = std::move(*spare);
  source_ = spare_.get();
  removed_to_ = 0;
  return {};
}

base::Result<void> Rotation::drop_spare() {
  // Programs that follow the log look for what they had not read in it (shipper: docs/tailing.md).
  leave_time_for_readers();
  TRY_VOID(unlink_if_there(request_.live_directory, spare_name(request_.live_name)));
  return disk_.sync(request_.live_directory);
}

}  // namespace longshore::rotator
