// Puts chunked GELF messages together (GELF 1.1, "chunked": magic 1e 0f, message id of 8 bytes, sequence number, sequence
// count, at most 128). Everything is bounded: messages at a time, bytes in all, and the time a message may take. Pure.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/event/drop_counter.hpp"

namespace longshore::shipper {

struct GelfChunkLimits {
  base::Duration timeout = std::chrono::seconds(5);  // since the first chunk, as the specification asks
  std::size_t max_messages = 1024;                   // incomplete at a time; above it the oldest goes
  std::size_t max_bytes = 16 << 20;                  // of all incomplete messages; above it the oldest goes
};

class GelfChunks {
 public:
  explicit GelfChunks(GelfChunkLimits limits) : limits_(limits) {}

  static bool is_chunk(std::string_view datagram) { return datagram.starts_with("\x1e\x0f"); }

  // The message that this chunk completes, valid until the next call; empty if none. Losses are counted in `lost`, see
  // gelf_datagrams.hpp. A chunk that comes twice is ignored.
  std::string_view add(std::string_view chunk, base::Timestamp now, DropCounter& lost);
  void expire(base::Timestamp now, DropCounter& lost);
  base::Timestamp next_deadline() const;
  std::size_t held_bytes() const { return held_bytes_; }
  std::size_t held_messages() const { return messages_.size(); }

 private:
  struct Message {
    std::uint64_t id = 0;
    base::Timestamp deadline;
    std::size_t bytes = 0;
    std::size_t missing = 0;
    std::vector<std::string> chunks;  // by sequence number
    std::bitset<128> seen;
  };
  using Messages = std::list<Message>;  // oldest first
  void add_held(Message& message, std::size_t bytes);
  void forget(Messages::iterator message);

  GelfChunkLimits limits_;
  Messages messages_;
  std::unordered_map<std::uint64_t, Messages::iterator> by_id_;
  std::size_t held_bytes_ = 0;
  std::string complete_;
};

}  // namespace longshore::shipper
