#include "shipper/spool/block_builder.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <new>

#include "common/base/crc32c.hpp"

namespace longshore::shipper {
namespace {

constexpr std::align_val_t kAlignment{kBlockAlignment};

}  // namespace

base::Result<void> BlockBuilder::build(const Batch& batch) {
  assert(valid_events(batch.events, batch.arena.size(), batch.sources.size()));
  const std::string_view arena = batch.arena.view();
  const std::string_view events(reinterpret_cast<const char*>(batch.events.data()), batch.events.size() * sizeof(Event));
  const std::size_t data_size = arena.size() + events.size();
  table_.clear();
  encode_table(batch.sources, batch.checkpoints, table_);
  if (data_size > kMaxBlockData || table_.size() > kMaxBlockTable)
    return base::fail(base::Code::invalid, "a batch is larger than a block of the spool can be; lower spool.group_size");
  header_ = {.received_ns = batch.received.ns,
             .event_count = static_cast<std::uint32_t>(batch.events.size()),
             .arena_size = static_cast<std::uint32_t>(arena.size()),
             .table_size = static_cast<std::uint32_t>(table_.size()),
             .stored_size = static_cast<std::uint32_t>(data_size)};
  size_ = kBlockHeaderSize;
  reserve(kBlockHeaderSize + table_.size() + data_size + kBlockAlignment);
  header_.table_crc = copy(table_, 0);
  if (codec_ == Codec::zstd && data_size > 0) {
    if (!compressor_) compressor_.emplace();
    const std::array<std::string_view, 2> pieces{arena, events};
    if (const std::size_t packed = compressor_->compress(pieces, {buffer_.get() + size_, data_size}); packed > 0) {
      header_.codec = Codec::zstd;
      header_.stored_size = static_cast<std::uint32_t>(packed);
      header_.data_crc = base::crc32c({buffer_.get() + size_, packed});
      size_ += packed;
    }
  }
  if (header_.codec == Codec::none) header_.data_crc = copy(events, copy(arena, 0));
  header_.padded = header_.content_size() >= kPaddedFrom;
  return {};
}

std::string_view BlockBuilder::place(const Place& place) {
  header_.segment = place.segment;
  header_.offset = static_cast<std::uint32_t>(place.offset);
  header_.synced = static_cast<std::uint32_t>(place.synced);
  header_.first_seq = place.first_seq;
  header_.snapshot = place.snapshot;
  encode_header(header_, buffer_.get());
  const std::size_t padding = header_.block_size() - size_;
  std::memset(buffer_.get() + size_, 0, padding);
  return {buffer_.get(), size_ + padding};
}

// Piece by piece, so that the checksum finds the bytes in the first-level cache.
std::uint32_t BlockBuilder::copy(std::string_view bytes, std::uint32_t crc) {
  constexpr std::size_t kPiece = 12 << 10;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPiece, bytes.size()))) {
    const std::string_view piece = bytes.substr(0, kPiece);
    std::memcpy(buffer_.get() + size_, piece.data(), piece.size());
    crc = base::crc32c({buffer_.get() + size_, piece.size()}, crc);
    size_ += piece.size();
  }
  return crc;
}

void BlockBuilder::reserve(std::size_t size) {
  if (size <= capacity_) return;
  capacity_ = std::max(size, capacity_ + capacity_ / 4);
  buffer_.reset();
  buffer_.reset(static_cast<char*>(::operator new(capacity_, kAlignment)));
}

void BlockBuilder::Free::operator()(char* buffer) const { ::operator delete(buffer, kAlignment); }

}  // namespace longshore::shipper
