// Rotates a log whose writer keeps it open and never opens it anew: the bytes go into an archive, which is synced, read back
// and compared, and only then leave the log. No byte is lost, none is in two places (docs/formats/rotation-journal.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "rotator/archive/codec.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

class Disk;

// How the bytes left the log. What is wished is an InPlaceMode; this is what was done.
enum class InPlaceMethod {
  lease,     // nobody else had it open: emptied while a lease kept everybody out
  exchange,  // XFS: its content changed places with an empty file's, in one step
  collapse,  // the blocks at its beginning were taken out; what was behind them is at the beginning now
  punch,     // its beginning became a hole: offsets and size stay what they were, for writers and readers alike
  pause,     // its writer was stopped for a moment
  truncate,  // emptied right after the last byte was read: what was written in between is lost
};

struct InPlaceRequest {
  // Descriptors, open as long as the call lasts. The log: O_RDWR. Names in the folders are one component each.
  int live = -1;
  int live_directory = -1;     // where the log is
  int archive_directory = -1;  // where archive and journal go; may be the same, or on another file system
  std::string live_name;
  std::string archive_name;  // must not exist; never replaced
  Compression compression;
  InPlaceMode mode = InPlaceMode::automatic;

  // Called with the archive's descriptor as soon as it exists, with mode 0600; if not set it gets owner, group and mode of
  // the log.
  std::function<base::Result<void>(int)> prepare_archive;
  // Stop whoever writes the log, and let them go on. For `pause`; not set: there is no such way. `thaw` is called whenever
  // `freeze` was, also after an error.
  std::function<base::Result<void>()> freeze, thaw;
  // So long bytes stay in the log after they were seen in it: programs that follow it are done with them then. Not kept
  // where nobody else has it open, nor on a full disk; of a paused writer only what it wrote last has less.
  std::chrono::milliseconds time_for_readers{1000};
};

struct InPlaceReport {
  InPlaceMethod method = InPlaceMethod::punch;
  std::string archive_name;           // empty: there was nothing to archive, and no archive was made
  std::uint64_t archived = 0;         // bytes of the log that are in the archive
  std::uint64_t archive_bytes = 0;    // its size
  std::uint64_t at_risk = 0;          // bytes that may be lost, at most, as far as can be estimated; only `truncate` has any
  std::uint64_t left = 0;             // bytes of the log that are in no archive: a line without its end, and what came since
  std::chrono::microseconds stall{};  // the longest time that a writer can have waited for us
  bool frame_by_frame = false;        // the disk was so full that bytes were removed as they were archived
  bool completed_earlier = false;     // see rotate_in_place
};

// Archives all whole lines (everything, where the file is emptied) and removes them. Blocks; any thread, one call at a time
// for a log. If an earlier rotation of this log was interrupted after its first bytes had left the log, this call completes
// that one and does nothing else: `completed_earlier` is set, `archive_name` is the name that was meant then.
// Code::exists: the archive's name is taken. Code::exhausted: the disk is full, even for one frame. Code::invalid: the file
// cannot be rotated so (no regular file, append-only, immutable, swap). Code::corrupt: what was written did not read back
// as the log; nothing was removed.
base::Result<InPlaceReport> rotate_in_place(const InPlaceRequest& request);
base::Result<InPlaceReport> rotate_in_place(const InPlaceRequest& request, Disk& disk);  // tests stop between its calls

// To be called before the names of archives shift: completes or undoes what an interrupted rotation left; archive_name and
// compression of the request are not looked at. A report without archive_name: there was nothing to complete.
base::Result<InPlaceReport> complete_interrupted(const InPlaceRequest& request);
base::Result<InPlaceReport> complete_interrupted(const InPlaceRequest& request, Disk& disk);

// Bytes of the log that are in no archive yet: what `size` means for a log with a hole at its beginning.
base::Result<std::uint64_t> unarchived_bytes(int live, int archive_directory, const std::string& live_name);

std::string_view name_of(InPlaceMethod method);
// "archived=104857600 lost=0 mode=punch stall=3ms"; with method truncate "lost<=N".
std::string describe(const InPlaceReport& report);

}  // namespace longshore::rotator
