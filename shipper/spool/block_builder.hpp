// A batch as the pieces of a block, without copying its arena. Writer thread; keeps its buffers from block to block.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/spool/block.hpp"
#include "shipper/spool/compression.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

class BlockBuilder {
 public:
  explicit BlockBuilder(Codec codec) : codec_(codec) {}

  // Takes a batch, which must stay as it is until the last write of this block. Code::invalid if no block can hold it.
  base::Result<void> build(const Batch& batch);
  std::uint64_t size() const { return header_.block_size(); }
  std::uint32_t event_count() const { return header_.event_count; }

  // The pieces to be written, in order, once it is known where; valid until the next build or place.
  struct Place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t synced = 0;
    std::uint64_t first_seq = 0;
    bool snapshot = false;
  };
  std::span<const std::string_view> place(const Place& place);

 private:
  Codec codec_;
  std::optional<Compressor> compressor_;
  BlockHeader header_;
  std::array<char, kBlockHeaderSize> header_bytes_{};
  std::string table_;
  std::array<std::string_view, 4> pieces_;  // header, table, arena, events; or header, table, compressed
};

}  // namespace longshore::shipper
