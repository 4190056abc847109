#include "shipper/spool/segment_scanner.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/base/crc32c.hpp"

namespace longshore::shipper {
namespace {

constexpr std::size_t kWindow = 64 << 10;

}  // namespace

base::Result<SegmentScanner::Step> SegmentScanner::next(std::uint64_t limit) {
  if (position_ >= limit) return Step::end;
  TRY(head, fetch(position_, kBlockHeaderSize, limit));
  const std::optional<BlockHeader> found = decode_header(head, number_, position_);
  if (!found || found->block_size() > limit - position_) {
    TRY(behind, find_header(position_ + 1, limit));
    damage_begin_ = std::exchange(position_, behind);
    return Step::damage;
  }
  TRY(block, fetch(position_, kBlockHeaderSize + found->table_size, limit));
  header_ = *found;
  const bool whole = block.size() >= kBlockHeaderSize + header_.table_size;
  if (whole) table_ = block.substr(kBlockHeaderSize, header_.table_size);
  damage_begin_ = position_;
  position_ += header_.block_size();
  return whole && base::crc32c(table_) == header_.table_crc ? Step::block : Step::damage;
}

base::Result<bool> SegmentScanner::read(Batch& out) {
  const bool packed = header_.codec == Codec::zstd;
  if (packed && stored_.size() < header_.stored_size) stored_.resize(header_.stored_size);
  const std::span<char> stored =
      (packed ? std::span<char>(stored_) : out.arena.reserve(header_.stored_size)).first(header_.stored_size);
  const std::uint64_t begin = header_.offset + kBlockHeaderSize + std::uint64_t{header_.table_size};
  // The first bytes are often in the window already.
  const std::uint64_t window_end = window_offset_ + window_size_;
  std::size_t have = 0;
  if (begin >= window_offset_ && begin < window_end) {
    have = std::min<std::size_t>(stored.size(), window_end - begin);
    if (have > 0) std::memcpy(stored.data(), window_.data() + (begin - window_offset_), have);
  }
  if (have < stored.size()) {
    TRY(count, read_file(begin + have, stored.subspan(have)));
    if (have + count < stored.size()) return false;
  }
  const std::string_view bytes(stored.data(), stored.size());
  if (base::crc32c(bytes) != header_.data_crc) return false;
  const char* data = stored.data();
  if (packed) {
    if (!decompressor_.fits(bytes, header_.data_size())) return false;
    const std::span<char> raw = out.arena.reserve(header_.data_size()).first(header_.data_size());
    if (!decompressor_.decompress(bytes, raw)) return false;
    data = raw.data();
  }
  // The events stand behind the arena's bytes in the arena's own memory, from where they move to aligned memory.
  out.events.resize(header_.event_count);
  if (header_.event_count > 0)
    std::memcpy(out.events.data(), data + header_.arena_size, header_.event_count * sizeof(Event));
  out.arena.commit(header_.arena_size);
  out.first_seq = header_.first_seq;
  out.received = {header_.received_ns};
  return decode_table(table_, out.sources, out.checkpoints) &&
         valid_events(out.events, out.arena.size(), out.sources.size());
}

// The bytes at `offset`: at least `size` of them, fewer only where the limit or the file ends.
base::Result<std::string_view> SegmentScanner::fetch(std::uint64_t offset, std::size_t size, std::uint64_t limit) {
  if (offset < window_offset_ || offset + size > window_offset_ + window_size_) {
    const std::size_t want = std::min<std::uint64_t>(std::max(size, kWindow), limit - offset);
    if (window_.size() < want) window_.resize(want);
    window_size_ = 0;
    TRY(count, read_file(offset, std::span(window_).first(want)));
    window_offset_ = offset;
    window_size_ = count;
  }
  return std::string_view(window_).substr(0, window_size_).substr(offset - window_offset_);
}

base::Result<std::size_t> SegmentScanner::read_file(std::uint64_t offset, std::span<char> into) {
  auto count = file_->read(offset, into);
  if (!count && count.error().code == base::Code::io && unreadable_is_damage_) {
    met_unreadable_ = true;
    return 0;
  }
  return count;
}

// Where the next block may begin, at or behind `from`; the limit if nowhere.
base::Result<std::uint64_t> SegmentScanner::find_header(std::uint64_t from, std::uint64_t limit) {
  while (from + kBlockHeaderSize <= limit) {
    TRY(view, fetch(from, kBlockHeaderSize, limit));
    const std::size_t at = view.find(kBlockMagic);
    if (at != view.npos && view.size() - at >= kBlockHeaderSize) {
      from += at;
      const std::optional<BlockHeader> found = decode_header(view.substr(at), number_, from);
      if (found && found->block_size() <= limit - from) return from;
      ++from;
    } else if (at != view.npos && at > 0) {
      from += at;  // begins in this window and ends in the next
    } else {
      // Where nothing can be read, go on behind it.
      from += view.size() >= kBlockHeaderSize ? view.size() - kBlockMagic.size() + 1 : kWindow;
    }
  }
  return limit;
}

}  // namespace longshore::shipper
