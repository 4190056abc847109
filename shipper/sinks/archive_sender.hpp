// Appends payloads to files by source and hour of receipt: DIR/SOURCE/2026-11-23T03.log.zst, each payload one zstd frame, on
// disk (fdatasync) before it counts as delivered. `zstdcat` reads the files while they grow. One payload at a time.
//
// A crash may leave half a frame at a file's end: it is cut off when the file is opened next, and its payload, which was not
// delivered, comes again.
#pragma once

#include <set>
#include <string>

#include "common/base/file_system.hpp"
#include "common/io/blocking_pool.hpp"
#include "shipper/config/sink_options.hpp"
#include "shipper/sinks/sender.hpp"

namespace longshore::shipper {

class ArchiveSender final : public Sender {
 public:
  ArchiveSender(io::BlockingPool& pool, base::FileSystem& file_system, std::string dir, Compression compress, int level);
  io::Task<Outcome> send(const Payload& payload) override;

  // "DIR/SOURCE/2026-11-23T03.log.zst"
  std::string path_of(const Payload& payload) const;

 private:
  base::Result<void> append(const Payload& payload);
  base::Result<std::uint64_t> whole_size(base::File& file) const;  // without a torn end

  io::BlockingPool& pool_;
  base::FileSystem& file_system_;
  std::string dir_;
  Compression compress_;
  int level_;
  std::set<std::string> known_whole_;  // files of this hour that end well: made or checked since the start
};

}  // namespace longshore::shipper
