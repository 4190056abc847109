#include "shipper/spool/block_builder.hpp"

#include <cassert>

#include "common/base/crc32c.hpp"

namespace longshore::shipper {

base::Result<void> BlockBuilder::build(const Batch& batch) {
  assert(valid_events(batch.events, batch.arena.size(), batch.sources.size()));
  const std::string_view arena = batch.arena.view();
  const std::string_view events(reinterpret_cast<const char*>(batch.events.data()), batch.events.size() * sizeof(Event));
  table_.clear();
  encode_table(batch.sources, batch.checkpoints, table_);
  if (arena.size() + events.size() > kMaxBlockData || table_.size() > kMaxBlockTable)
    return base::fail(base::Code::invalid, "a batch is larger than a block of the spool can be; lower spool.group_size");
  pieces_ = {std::string_view(header_bytes_.data(), header_bytes_.size()), table_, arena, events};
  header_ = {.received_ns = batch.received.ns,
             .event_count = static_cast<std::uint32_t>(batch.events.size()),
             .arena_size = static_cast<std::uint32_t>(arena.size()),
             .table_size = static_cast<std::uint32_t>(table_.size()),
             .stored_size = static_cast<std::uint32_t>(arena.size() + events.size()),
             .table_crc = base::crc32c(table_)};
  if (codec_ == Codec::zstd) {
    if (!compressor_) compressor_.emplace();
    if (const std::string_view packed = compressor_->compress(std::span(pieces_).subspan(2)); !packed.empty()) {
      pieces_[2] = packed;
      pieces_[3] = {};
      header_.codec = Codec::zstd;
      header_.stored_size = static_cast<std::uint32_t>(packed.size());
    }
  }
  header_.data_crc = base::crc32c(pieces_[3], base::crc32c(pieces_[2]));
  return {};
}

std::span<const std::string_view> BlockBuilder::place(const Place& place) {
  header_.segment = place.segment;
  header_.offset = static_cast<std::uint32_t>(place.offset);
  header_.synced = static_cast<std::uint32_t>(place.synced);
  header_.first_seq = place.first_seq;
  header_.snapshot = place.snapshot;
  encode_header(header_, header_bytes_.data());
  return pieces_;
}

}  // namespace longshore::shipper
