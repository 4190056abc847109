// The bytes of a block, the unit in which the spool writes: header, table, data. docs/formats/spool.md describes each of
// them; here are the constants, and pure functions that build and check them. Any bytes may come in: nothing is used before
// it was bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/event/batch.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

inline constexpr std::size_t kBlockHeaderSize = 64;
inline constexpr std::string_view kBlockMagic = "LSbk";
inline constexpr std::uint16_t kBlockVersion = 1;
inline constexpr std::uint64_t kBlockAlignment = 4096;
inline constexpr std::uint64_t kMaxBlockData = 1ULL << 30;   // arena and events together
inline constexpr std::uint64_t kMaxBlockTable = 1ULL << 28;  // sources and checkpoints
// Greater sequence numbers are not believed: no spool lives so long, and counting on from one would overflow.
inline constexpr std::uint64_t kMaxSeq = 1ULL << 62;

struct BlockHeader {
  Codec codec = Codec::none;
  bool snapshot = false;      // its checkpoints are all that are live, not just those that changed
  bool padded = false;        // zeros follow up to the next multiple of kBlockAlignment in the file
  std::uint32_t segment = 0;  // number of the segment it was written to …
  std::uint32_t offset = 0;   // … and where: a copy elsewhere, or one inside a log line, is not a block
  std::uint32_t synced = 0;   // so much of the segment was known to be durable when this was written
  std::uint64_t first_seq = 0;
  std::int64_t received_ns = 0;
  std::uint32_t event_count = 0;
  std::uint32_t arena_size = 0;
  std::uint32_t table_size = 0;
  std::uint32_t stored_size = 0;  // arena and events as they stand in the file
  std::uint32_t table_crc = 0;
  std::uint32_t data_crc = 0;  // of the stored_size bytes

  std::uint64_t end_seq() const { return first_seq + event_count; }
  std::uint64_t data_size() const { return arena_size + std::uint64_t{event_count} * sizeof(Event); }
  std::uint64_t content_size() const { return kBlockHeaderSize + std::uint64_t{table_size} + stored_size; }
  std::uint64_t block_size() const {  // with its padding
    const std::uint64_t end = offset + content_size();
    return (padded ? (end + kBlockAlignment - 1) / kBlockAlignment * kBlockAlignment : end) - offset;
  }
  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

// Writes kBlockHeaderSize bytes.
void encode_header(const BlockHeader& header, char* out);
// The header at the beginning of `bytes`; none if they are not one, are damaged, of another version, or describe a block
// that cannot be. `segment` and `offset` tell where the bytes were read.
std::optional<BlockHeader> decode_header(std::string_view bytes, std::uint32_t segment, std::uint64_t offset);

// Appends the table of a block to `out`.
void encode_table(std::span<const SourceInfo> sources, std::span<const Checkpoint> checkpoints, std::string& out);
// Replaces `sources` and `checkpoints`; false if the bytes are not exactly one table.
bool decode_table(std::string_view bytes, std::vector<SourceInfo>& sources, std::vector<Checkpoint>& checkpoints);

// True if every slice of every event lies in an arena of that size and every number is one that an event may have.
bool valid_events(std::span<const Event> events, std::size_t arena_size, std::size_t source_count);

}  // namespace longshore::shipper
