#include "rotator/inplace/rotation.hpp"

#include <fcntl.h>
#include <linux/stat.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "rotator/inplace/head.hpp"

namespace longshore::rotator {
namespace {

// A hole so large is collapsed: a file has a largest size (ext4: 16 TiB).
constexpr std::uint64_t kLargestHole = std::uint64_t{1} << 40;
// What was written meanwhile is archived too, if it is so much and gets less each time.
constexpr std::uint64_t kWorthAPass = 1 << 20;
constexpr int kPasses = 4;
// Lines of which no end is found in so many bytes are none: such a file is archived to its last byte.
constexpr std::uint64_t kLongestLine = 16 << 20;
// Less room than for the whole text and this: bytes are removed as they are archived.
constexpr std::uint64_t kRoomToSpare = 64 << 20;

}  // namespace

base::Result<InPlaceReport> Rotation::run() {
  auto result = rotate();
  // Before the first commit nothing has left the log; afterwards the journal knows what is to be done, by the next one.
  if (!result && record_.phase == Phase::idle && archive_)
    (void)disk_.unlink(request_.archive_directory, unfinished_name(request_.live_name));
  return result;
}

base::Result<InPlaceReport> Rotation::rotate() {
  TRY(earlier, complete());
  if (earlier.completed_earlier) return earlier;
  struct stat status{};
  if (::fstatat(request_.archive_directory, request_.archive_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return base::fail(base::Code::exists, request_.archive_name + " is there already: it is not replaced");

  record_.codec = request_.compression.codec;
  record_.level = request_.compression.level;
  record_.archive_name = request_.archive_name;
  report_.method = choose(request_.mode, true);
  TRY(size, size_of(request_.live));
  std::uint64_t begin = removed_to_;
  if (begin > 0) {  // a writer that does not append left a hole behind what was collapsed
    TRY(data, next_data(request_.live, begin));
    begin = data;
  }
  if (report_.method == InPlaceMethod::exchange && size > begin) TRY_VOID(exchange());
  seen_at_ = Clock::now();
  TRY(end, where_to_end());
  if (end <= begin) return nothing_to_archive(size);

  report_.frame_by_frame = can_punch_ && source_ == request_.live &&
                           disk_.room(request_.archive_directory) < end - begin + kRoomToSpare;
  if (report_.frame_by_frame) TRY_VOID(commit(Phase::idle, removed_to_));  // while there is room for it
  TRY_VOID(begin_archive(begin));
  std::uint64_t last_pass = end - begin;
  for (int pass = 1; pass <= kPasses; ++pass) {
    TRY_VOID(copy(end));
    const auto seen_at = Clock::now();
    TRY(now, where_to_end());
    if (now < end + kWorthAPass || now - end > last_pass / 2) break;
    seen_at_ = seen_at;
    last_pass = now - end;
    end = now;
  }
  TRY_VOID(copy_and_prove(end));
  TRY_VOID(remove());
  report_.archived = archive_->copied_to() - begin;
  TRY_VOID(finish_archive());
  TRY_VOID(name_archive());
  if (spare_) TRY_VOID(drop_spare());
  TRY_VOID(forget());
  TRY(size_left, size_of(request_.live));
  report_.left = size_left - std::min(size_left, removed_to_);
  return report_;
}

base::Result<void> Rotation::look() {
  struct statx status{};
  if (::statx(request_.live, "", AT_EMPTY_PATH, STATX_TYPE | STATX_SIZE, &status) != 0)
    return base::fail_errno(errno, "look at " + request_.live_name);
  if (!S_ISREG(status.stx_mode)) return base::fail(base::Code::invalid, request_.live_name + " is no regular file");
  if ((status.stx_attributes & (STATX_ATTR_APPEND | STATX_ATTR_IMMUTABLE)) != 0)
    return base::fail(base::Code::invalid, request_.live_name + " may not be emptied: chattr -a -i");
  TRY(can_punch, disk_.can_punch(request_.live));
  can_punch_ = can_punch;
  return {};
}

InPlaceMethod Rotation::choose(InPlaceMode wish, bool with_lease) {
  const auto freed_by = [&](InPlaceMethod method) {
    if (can_punch_) return method;
    return request_.freeze && request_.thaw ? InPlaceMethod::pause : InPlaceMethod::truncate;
  };
  switch (wish) {
    case InPlaceMode::exchange:
      return InPlaceMethod::exchange;  // where it fails: as collapse
    case InPlaceMode::collapse:
      return freed_by(InPlaceMethod::collapse);
    case InPlaceMode::punch:
      return freed_by(InPlaceMethod::punch);
    case InPlaceMode::pause:
      return request_.freeze && request_.thaw ? InPlaceMethod::pause : InPlaceMethod::truncate;
    case InPlaceMode::truncate:
      return InPlaceMethod::truncate;
    case InPlaceMode::automatic:
      break;
  }
  if (with_lease && disk_.take_lease(request_.live)) {
    disk_.release_lease(request_.live);
    return InPlaceMethod::lease;
  }
  // Punching before all else, exchange and collapse too: who follows the log by an offset notices nothing, and a writer that
  // does not append writes on where it is.
  return freed_by(removed_to_ >= kLargestHole ? InPlaceMethod::collapse : InPlaceMethod::punch);
}

base::Result<std::uint64_t> Rotation::where_to_end() const {
  TRY(size, size_of(source_));
  if (report_.method == InPlaceMethod::lease || report_.method == InPlaceMethod::exchange) return size;
  constexpr std::uint64_t kPiece = 1 << 16;
  for (std::uint64_t end = size; end > removed_to_ && size - end < kLongestLine;) {
    const std::uint64_t begin = std::max(removed_to_, end - std::min(end, kPiece));
    TRY(piece, read_at(source_, begin, end - begin));
    if (const std::size_t line_end = piece.rfind('\n'); line_end != piece.npos) return begin + line_end + 1;
    end = begin;
  }
  return size - removed_to_ < kLongestLine ? removed_to_ : size;
}

base::Result<InPlaceReport> Rotation::nothing_to_archive(std::uint64_t size) {
  report_.left = size - removed_to_;
  // A file that is nothing but a hole, and nobody's: empty again.
  if (report_.left == 0 && size > 0 && disk_.take_lease(request_.live)) {
    TRY(size_now, size_of(request_.live));
    auto emptied = size_now == size ? disk_.truncate(request_.live, 0) : base::Result<void>();
    disk_.release_lease(request_.live);
    if (!emptied) return base::fail(std::move(emptied.error()));
  }
  return report_;
}

base::Result<InPlaceReport> rotate_in_place(const InPlaceRequest& request, Disk& disk) { return Rotation(request, disk).run(); }

base::Result<InPlaceReport> rotate_in_place(const InPlaceRequest& request) {
  Disk disk;
  return rotate_in_place(request, disk);
}

base::Result<InPlaceReport> complete_interrupted(const InPlaceRequest& request, Disk& disk) {
  return Rotation(request, disk).complete();
}

base::Result<InPlaceReport> complete_interrupted(const InPlaceRequest& request) {
  Disk disk;
  return complete_interrupted(request, disk);
}

base::Result<std::uint64_t> unarchived_bytes(int live, int archive_directory, const std::string& live_name) {
  TRY(size, size_of(live));
  TRY(removed, removed_by_attribute(live));
  TRY(journal, read_journal(archive_directory, live_name));
  TRY(log, identity_of(live));
  if (journal && journal->record.log == log) {
    TRY(still_so, begins_with(live, journal->record.head));
    if (still_so) removed = std::max(removed, journal->record.head.size);
  }
  return size - std::min(size, removed);
}

}  // namespace longshore::rotator
