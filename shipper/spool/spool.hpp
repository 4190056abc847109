// Every event on disk until every sink has it. Format and guarantees: docs/formats/spool.md.
//
// One thread appends and syncs (the writer thread); readers and cursors may be used from other threads, each reader by one
// at a time. All calls block on the disk; none throws. Nothing here knows the event loop.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

struct SpoolStats {
  std::uint64_t bytes = 0;  // on disk, all segments
  std::uint64_t segments = 0;
  std::uint64_t first_seq = 0;       // oldest event still on disk
  std::uint64_t next_seq = 0;        // what the next appended event gets
  std::uint64_t corrupt_blocks = 0;  // skipped and quarantined since the start
  std::uint64_t corrupt_bytes = 0;
  std::uint64_t torn_bytes = 0;    // cut from the tail when it was opened
  std::uint64_t lost_events = 0;   // sequence numbers that a reader or a cursor found missing
  std::uint64_t lost_cursors = 0;  // cursor files found damaged: their sinks start again at the oldest event
};

class Spool;

// Walks the batches from a sequence number on. Fresh ones come from memory, older ones from disk.
class SpoolReader {
 public:
  virtual ~SpoolReader() = default;
  // The next batch that is durable as configured; null when there is none yet. Damaged blocks are skipped, quarantined and
  // counted, never an error; an error (io, exhausted) means: try again later. The first batch may begin before the asked
  // sequence number: the caller skips the events it has.
  virtual base::Result<std::shared_ptr<const Batch>> next() = 0;
};

class Spool {
 public:
  // Creates the directory if needed, locks it (Code::exists if another process has it), cuts a torn tail. Reads only
  // headers of the newest segment, so that a large backlog opens in milliseconds.
  static base::Result<std::unique_ptr<Spool>> open(SpoolOptions options, base::FileSystem& file_system);
  virtual ~Spool() = default;

  // --- writer thread ---
  // Gives the batch its sequence numbers and writes it as one block. Code::exhausted: over max_size or no room on the disk;
  // nothing was written, the batch is unchanged, try again when segments were freed. Others: the same, after a disk error.
  // Code::invalid (try no more): events without any source, or more than a GiB. The batch is shared with the spool from here
  // on: only its on_durable may still be touched. A batch with neither events nor checkpoints is taken and not written.
  virtual base::Result<void> append(std::shared_ptr<Batch> batch) = 0;
  // Makes all that was appended durable (fdatasync, unless durability is `none`) and visible to readers. After an error
  // nothing is lost: the batches are kept and written again, to a new segment, by the next sync or append.
  virtual base::Result<void> sync() = 0;

  // --- any thread ---
  // Must not outlive the spool. Starts at the oldest event on disk if that is greater.
  virtual std::unique_ptr<SpoolReader> reader(std::uint64_t from_seq) = 0;
  // Registers a sink and returns its cursor: the first sequence number that it has not delivered. A new sink starts at the
  // oldest event on disk. Segments are kept until every registered cursor has passed them: register all sinks before the
  // first advance.
  virtual base::Result<std::uint64_t> open_cursor(const std::string& sink) = 0;
  // Durable when it returns (fsync), then unlinks the segments that no cursor needs. Never moves backwards, nor past what
  // readers may see. Code::not_found if the cursor is not open; after any other error the old value stands: try again.
  virtual base::Result<void> advance_cursor(const std::string& sink, std::uint64_t seq) = 0;
  virtual std::map<std::string, std::uint64_t> cursors() const = 0;
  // Latest durable checkpoint by key.
  virtual std::map<std::string, std::string> checkpoints() const = 0;
  virtual SpoolStats stats() const = 0;
};

}  // namespace longshore::shipper
