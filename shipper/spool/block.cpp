#include "shipper/spool/block.hpp"

#include <algorithm>
#include <cstring>

#include "common/base/crc32c.hpp"
#include "shipper/spool/numbers.hpp"

namespace longshore::shipper {
namespace {

// Where each field of the header stands.
constexpr std::size_t kVersionAt = 4, kCodecAt = 6, kFlagsAt = 7, kSegmentAt = 8, kOffsetAt = 12, kSyncedAt = 16,
                      kEventCountAt = 20, kFirstSeqAt = 24, kReceivedAt = 32, kArenaSizeAt = 40, kTableSizeAt = 44,
                      kStoredSizeAt = 48, kTableCrcAt = 52, kDataCrcAt = 56, kHeaderCrcAt = 60;
constexpr std::uint8_t kSnapshotFlag = 1, kPaddedFlag = 2;
constexpr std::size_t kMaxSources = 65'536;  // Event::source has 16 bits

void append_u32(std::string& out, std::size_t value) {
  char bytes[4];
  put_number(bytes, static_cast<std::uint32_t>(value));
  out.append(bytes, sizeof bytes);
}
void append_text(std::string& out, std::string_view text) {
  append_u32(out, text.size());
  out += text;
}

// Takes numbers and texts from the front of untrusted bytes.
class TableReader {
 public:
  explicit TableReader(std::string_view bytes) : rest_(bytes) {}
  bool count(std::size_t& value) {  // of things of at least four bytes each
    if (rest_.size() < 4) return false;
    value = get_number<std::uint32_t>(rest_.data());
    rest_.remove_prefix(4);
    return value <= rest_.size() / 4;
  }
  bool text(std::string& value) {
    if (rest_.size() < 4) return false;
    const std::size_t size = get_number<std::uint32_t>(rest_.data());
    if (rest_.size() - 4 < size) return false;
    value.assign(rest_.substr(4, size));
    rest_.remove_prefix(4 + size);
    return true;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool inside(Slice slice, std::size_t arena_size) {
  return slice.offset <= arena_size && slice.size <= arena_size - slice.offset;
}

}  // namespace

void encode_header(const BlockHeader& header, char* out) {
  std::memcpy(out, kBlockMagic.data(), kBlockMagic.size());
  put_number(out + kVersionAt, kBlockVersion);
  put_number(out + kCodecAt, static_cast<std::uint8_t>(header.codec == Codec::zstd ? 1 : 0));
  put_number(out + kFlagsAt,
             static_cast<std::uint8_t>((header.snapshot ? kSnapshotFlag : 0) | (header.padded ? kPaddedFlag : 0)));
  put_number(out + kSegmentAt, header.segment);
  put_number(out + kOffsetAt, header.offset);
  put_number(out + kSyncedAt, header.synced);
  put_number(out + kEventCountAt, header.event_count);
  put_number(out + kFirstSeqAt, header.first_seq);
  put_number(out + kReceivedAt, header.received_ns);
  put_number(out + kArenaSizeAt, header.arena_size);
  put_number(out + kTableSizeAt, header.table_size);
  put_number(out + kStoredSizeAt, header.stored_size);
  put_number(out + kTableCrcAt, header.table_crc);
  put_number(out + kDataCrcAt, header.data_crc);
  put_number(out + kHeaderCrcAt, base::crc32c({out, kHeaderCrcAt}));
}

std::optional<BlockHeader> decode_header(std::string_view bytes, std::uint32_t segment, std::uint64_t offset) {
  if (bytes.size() < kBlockHeaderSize || !bytes.starts_with(kBlockMagic)) return {};
  const char* at = bytes.data();
  if (get_number<std::uint32_t>(at + kSegmentAt) != segment || get_number<std::uint32_t>(at + kOffsetAt) != offset)
    return {};
  if (get_number<std::uint32_t>(at + kHeaderCrcAt) != base::crc32c({at, kHeaderCrcAt})) return {};
  const auto codec = get_number<std::uint8_t>(at + kCodecAt);
  const auto flags = get_number<std::uint8_t>(at + kFlagsAt);
  if (get_number<std::uint16_t>(at + kVersionAt) != kBlockVersion || codec > 1 || flags > (kSnapshotFlag | kPaddedFlag))
    return {};
  const BlockHeader header{.codec = codec == 1 ? Codec::zstd : Codec::none,
                           .snapshot = (flags & kSnapshotFlag) != 0,
                           .padded = (flags & kPaddedFlag) != 0,
                           .segment = segment,
                           .offset = static_cast<std::uint32_t>(offset),
                           .synced = get_number<std::uint32_t>(at + kSyncedAt),
                           .first_seq = get_number<std::uint64_t>(at + kFirstSeqAt),
                           .received_ns = get_number<std::int64_t>(at + kReceivedAt),
                           .event_count = get_number<std::uint32_t>(at + kEventCountAt),
                           .arena_size = get_number<std::uint32_t>(at + kArenaSizeAt),
                           .table_size = get_number<std::uint32_t>(at + kTableSizeAt),
                           .stored_size = get_number<std::uint32_t>(at + kStoredSizeAt),
                           .table_crc = get_number<std::uint32_t>(at + kTableCrcAt),
                           .data_crc = get_number<std::uint32_t>(at + kDataCrcAt)};
  const bool stored_fits = codec == 1 ? header.stored_size < header.data_size() : header.stored_size == header.data_size();
  if (!stored_fits || header.data_size() > kMaxBlockData || header.table_size > kMaxBlockTable) return {};
  if (header.first_seq == 0 || header.first_seq > kMaxSeq) return {};
  return header;
}

void encode_table(std::span<const SourceInfo> sources, std::span<const Checkpoint> checkpoints, std::string& out) {
  append_u32(out, sources.size());
  for (const SourceInfo& source : sources) {
    append_text(out, source.name);
    append_u32(out, source.tags.size());
    for (const std::string& tag : source.tags) append_text(out, tag);
  }
  append_u32(out, checkpoints.size());
  for (const Checkpoint& checkpoint : checkpoints) {
    append_text(out, checkpoint.key);
    append_text(out, checkpoint.value);
  }
}

bool decode_table(std::string_view bytes, std::vector<SourceInfo>& sources, std::vector<Checkpoint>& checkpoints) {
  TableReader reader(bytes);
  std::size_t count = 0;
  if (!reader.count(count) || count > kMaxSources) return false;
  sources.resize(count);
  for (SourceInfo& source : sources) {
    if (!reader.text(source.name) || !reader.count(count)) return false;
    source.tags.resize(count);
    for (std::string& tag : source.tags)
      if (!reader.text(tag)) return false;
  }
  if (!reader.count(count)) return false;
  checkpoints.resize(count);
  for (Checkpoint& checkpoint : checkpoints)
    if (!reader.text(checkpoint.key) || !reader.text(checkpoint.value)) return false;
  return reader.at_end();
}

bool valid_events(std::span<const Event> events, std::size_t arena_size, std::size_t source_count) {
  return std::ranges::all_of(events, [=](const Event& event) {
    return inside(event.frame, arena_size) && inside(event.message, arena_size) &&
           inside(event.structured_data, arena_size) && inside(event.fields, arena_size) &&
           inside(event.host(), arena_size) && inside(event.app(), arena_size) && inside(event.procid(), arena_size) &&
           inside(event.msgid(), arena_size) && (event.priority <= 191 || event.priority == kNoPriority) &&
           event.format <= Format::line && event.source < source_count;
  });
}

}  // namespace longshore::shipper
