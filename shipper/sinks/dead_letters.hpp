// The file for events that a sink will never take: one JSON object a line, with why, and the frame as it was received.
// Durable before the event counts as settled. Bounded: at half of `max_size` the file becomes "….old" and replaces the one
// before. Blocks on the disk; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"
#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

struct DeadLetter {
  std::string_view sink, reason;
  const Batch& batch;
  const Event& event;
  std::uint64_t seq = 0;
};

// The line without its end: {"time":…,"sink":…,"reason":…,"seq":…,"source":…,"frame":"…"}; a frame that is not UTF-8 stands
// as "frame_base64" instead.
std::string dead_letter_line(const DeadLetter& letter, base::Timestamp now);

class DeadLetters {
 public:
  // Files are `directory`/SINK.jsonl; the directory is made when the first letter comes.
  DeadLetters(std::string directory, base::Bytes max_size, base::FileSystem& file_system);

  // Errors (no room, read only): the letter is not kept; try again.
  base::Result<void> add(const DeadLetter& letter, base::Timestamp now);

 private:
  std::string directory_;
  std::uint64_t half_;  // bytes of one file
  base::FileSystem& file_system_;
  std::mutex mutex_;
};

}  // namespace longshore::shipper
