// One sink's place in the spool, as a file of two slots that are written in turn: a power cut can tear the newer one only.
// docs/formats/spool.md describes the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/file_system.hpp"
#include "common/base/result.hpp"

namespace longshore::shipper {

inline constexpr std::size_t kCursorSlotSize = 4096;  // the slots share no sector
inline constexpr std::size_t kLongestSinkName = 1024;

struct SinkCursor {
  std::string sink;
  std::uint64_t seq = 0;         // the first event that is not delivered
  std::uint64_t generation = 0;  // counts the writes; the higher slot is the valid one
};

// One slot's bytes, without the padding.
std::string encode_cursor(const SinkCursor& cursor);
// The newer valid slot of a cursor file; Code::corrupt if there is none.
base::Result<SinkCursor> decode_cursor(std::string_view file_bytes);
base::Result<SinkCursor> read_cursor(base::FileSystem& file_system, const std::string& path);

class CursorFile {
 public:
  // Continues behind `last` (generation 0: there is no file that is worth keeping).
  CursorFile(std::string directory, SinkCursor last);
  const SinkCursor& cursor() const { return cursor_; }
  // Durable when it returns. After an error the old value stands, in the file too.
  base::Result<void> write(base::FileSystem& file_system, std::uint64_t seq);

 private:
  std::string directory_;
  std::string path_;
  SinkCursor cursor_;
  std::unique_ptr<base::File> file_;
};

}  // namespace longshore::shipper
