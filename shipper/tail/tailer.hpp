// Follows the files of one source through appending, rotation by rename, copytruncate, deletion and restarts, and makes
// events of their lines. A file's offset goes into the batch as a checkpoint together with the lines before it, so that a
// line reaches the spool exactly once. Reads block (the page cache answers nearly all). Loop thread only; docs/tailing.md
// tells the rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/config/source_options.hpp"
#include "shipper/docker/docker_json.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/drop_counter.hpp"
#include "shipper/parse/syslog.hpp"
#include "shipper/tail/file_walk.hpp"
#include "shipper/tail/line_splitter.hpp"
#include "shipper/tail/tailed_file.hpp"

namespace longshore::shipper {

struct TailStats {
  std::size_t files = 0, open = 0;
  std::uint64_t behind_bytes = 0;     // written and not yet read, as far as known
  std::uint64_t truncations = 0;      // seen
  std::uint64_t recovered_bytes = 0;  // read from the copy that a copytruncate left
  std::uint64_t lost_bytes = 0;       // known to have been there and gone before they could be read
};

class Tailer {
 public:
  // `name`: the source's, in checkpoint keys. `host`: stands as the host of each line. Code::invalid: a bad pattern.
  static base::Result<std::unique_ptr<Tailer>> make(const FileSourceOptions& options, std::string host,
                                                    const base::Zone& zone);

  // The spool's checkpoints at start; those of other sources are ignored. Before the first scan().
  void restore(const std::map<std::string, std::string>& checkpoints);

  // Looks which files there are. Checkpoints of what is forgotten go into `batch`.
  void scan(Batch& batch, base::Timestamp now, DropCounter& lost);
  // Looks at every file: has it grown, been truncated, gone? touch(): at those of one path.
  void look_at_all(Batch& batch, base::Timestamp now, DropCounter& lost);
  void touch(std::string_view path);

  // Reads files that have more, each in turn, about `budget` bytes in all. Returns what was read: 0 when all is read.
  std::size_t read_some(Batch& batch, base::Timestamp now, std::size_t budget, DropCounter& lost);
  // What held back Docker's pieces and multi-line messages have waited for long enough comes out.
  void expire(Batch& batch, base::Timestamp now);

  const std::vector<std::string>& folders() const { return folders_; }  // of the last scan, to be watched
  TailStats stats() const;

 private:
  struct Followed {
    Followed(std::string path, FileId id, FilePosition position, std::size_t fingerprint_size)
        : file(std::move(path), id, std::move(position), fingerprint_size) {}
    TailedFile file;
    DockerJson docker;
    std::int64_t hold_until_ns = 0;  // a copy: not read while its original may still be truncated
    std::string app;
    std::string container;  // fields, packed: what Docker says of it
  };

  Tailer(const FileSourceOptions& options, LineSplitter splitter, std::string host, const base::Zone& zone);
  Followed& follow(const FoundFile& found, FilePosition position);
  FilePosition first_position(const FoundFile& found, std::optional<FilePosition>& lost);
  std::string app_of(std::string_view path) const;
  void describe(Followed& followed, const std::string& path) const;
  void find_rotated_while_down(base::Timestamp now);
  bool is_copy(const FoundFile& found, const FilePosition& position, base::Timestamp now, Followed& followed);
  void look(Followed& followed, Batch& batch, base::Timestamp now, DropCounter& lost);
  void on_truncation(Followed& followed, const FilePosition& before, std::uint64_t unread, Batch& batch, base::Timestamp now,
                     DropCounter& lost);
  bool ensure_open(Followed& followed);
  bool close_one();
  std::size_t read_piece(Followed& followed, Batch& batch, base::Timestamp now, bool last);
  void checkpoint(const Followed& followed, Batch& batch) const;
  void forget(std::map<FileId, Followed>::iterator place, Batch& batch, base::Timestamp now);

  FileSourceOptions options_;
  LineSplitter splitter_;
  std::string host_;
  SyslogContext syslog_;
  FileWalk walk_;
  std::size_t piece_size_;
  std::map<FileId, FilePosition> restored_;
  bool first_start_ = true;
  bool scanned_ = false;
  std::map<FileId, Followed> files_;
  std::map<std::string, FileId, std::less<>> by_path_;  // as of the last scan
  FileId next_turn_;
  std::vector<std::string> folders_;
  TailStats counts_;
  bool said_exhausted_ = false;
};

}  // namespace longshore::shipper
