// A spool as seen from outside: takes no lock and changes nothing, so that people can look at it while a shipper writes, and
// after one died. It shows what was complete when it was opened; a tail that is being written is left out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/spool/file_names.hpp"
#include "shipper/spool/quarantine.hpp"
#include "shipper/spool/read_only_file_system.hpp"
#include "shipper/spool/spool.hpp"
#include "shipper/spool/spool_index.hpp"

namespace longshore::shipper {

struct SegmentSummary {
  SegmentName name;
  std::uint64_t bytes = 0;
  std::uint64_t events = 0;
  std::uint64_t end_seq = 0;                                       // behind its last event; name.first_seq if it has none
  std::optional<base::Timestamp> first_time = {}, last_time = {};  // of receipt, of its first and last block with events
  bool newest = false;                                             // all others are sealed
  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

struct CursorSummary {
  std::string sink;  // the file's name if it is damaged
  bool damaged = false;
  std::uint64_t seq = 0;                              // the first event that is not delivered
  std::uint64_t behind = 0;                           // events on disk from there on
  std::optional<base::Timestamp> waiting_since = {};  // receipt of the oldest of them
  friend bool operator==(const CursorSummary&, const CursorSummary&) = default;
};

struct SpoolSummary {
  std::vector<SegmentSummary> segments = {};  // oldest first
  std::vector<CursorSummary> cursors = {};    // by file name
  std::uint64_t next_seq = 0;
  std::uint64_t checkpoints = 0;  // live ones
  std::uint64_t quarantined_bytes = 0;
};

class SpoolView {
 public:
  // `file_system` outlives the view. Code::not_found if there is no such folder.
  static base::Result<std::unique_ptr<SpoolView>> open(const std::string& directory, base::FileSystem& file_system);

  // Reads the headers of all blocks, not their data.
  base::Result<SpoolSummary> summary();
  // As Spool::reader; the view outlives it. What it skips is counted in stats(), and copied nowhere.
  std::unique_ptr<SpoolReader> reader(std::uint64_t from_seq);
  SpoolStats stats() const { return index_.stats(); }

 private:
  SpoolView(std::string directory, base::FileSystem& file_system, Recovered recovered);
  base::Result<void> add_segment(const SpoolIndex::Segment& segment, SpoolSummary& summary);
  base::Result<std::vector<CursorSummary>> cursors();

  ReadOnlyFileSystem file_system_;
  const std::string directory_;
  SpoolIndex index_;
  Quarantine quarantine_;
};

}  // namespace longshore::shipper
