// A batch as the bytes of a block, in one aligned buffer that is kept from block to block. The batch is copied once, in the
// same pass that computes the checksum: a large block then goes to the disk past the page cache, which is much dearer to
// fill than the copy (docs/formats/spool.md has the numbers). Writer thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/spool/block.hpp"
#include "shipper/spool/compression.hpp"
#include "shipper/spool/options.hpp"

namespace longshore::shipper {

// Blocks of this size and more are padded, so that the next one begins at a page and may be written directly.
inline constexpr std::uint64_t kPaddedFrom = 64 << 10;

class BlockBuilder {
 public:
  explicit BlockBuilder(Codec codec) : codec_(codec) {}

  // Code::invalid if no block can hold the batch.
  base::Result<void> build(const Batch& batch);
  std::uint64_t size_at(std::uint64_t offset) const {
    BlockHeader there = header_;
    there.offset = static_cast<std::uint32_t>(offset);
    return there.block_size();
  }

  // The bytes to be written, once it is known where; valid until the next build. Their address is aligned for direct writes.
  struct Place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;
    std::uint64_t synced = 0;
    std::uint64_t first_seq = 0;
    bool snapshot = false;
  };
  std::string_view place(const Place& place);

 private:
  void reserve(std::size_t size);
  std::uint32_t copy(std::string_view bytes, std::uint32_t crc);

  struct Free {
    void operator()(char* buffer) const;
  };
  Codec codec_;
  std::optional<Compressor> compressor_;
  BlockHeader header_;
  std::string table_;
  std::unique_ptr<char, Free> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;  // what is in the buffer
};

}  // namespace longshore::shipper
