#include "shipper/spool/cursor_file.hpp"

#include <array>
#include <optional>

#include "common/base/crc32c.hpp"
#include "shipper/spool/block.hpp"
#include "shipper/spool/file_names.hpp"
#include "shipper/spool/numbers.hpp"

namespace longshore::shipper {
namespace {

constexpr std::string_view kMagic = "LScu";
constexpr std::uint16_t kVersion = 1;
constexpr std::uint64_t kMaxGeneration = 1ULL << 62;
constexpr std::size_t kVersionAt = 4, kNameSizeAt = 6, kGenerationAt = 8, kSeqAt = 16,
                      kNameAt = 24;  // and the CRC behind it

std::optional<SinkCursor> decode_slot(std::string_view slot) {
  if (slot.size() < kNameAt || !slot.starts_with(kMagic) || get_number<std::uint16_t>(slot.data() + kVersionAt) != kVersion)
    return {};
  const std::size_t name_end = kNameAt + get_number<std::uint16_t>(slot.data() + kNameSizeAt);
  if (slot.size() < name_end + 4 ||
      get_number<std::uint32_t>(slot.data() + name_end) != base::crc32c(slot.substr(0, name_end)))
    return {};
  const auto seq = get_number<std::uint64_t>(slot.data() + kSeqAt),
             generation = get_number<std::uint64_t>(slot.data() + kGenerationAt);
  if (seq > kMaxSeq || generation > kMaxGeneration) return {};
  return SinkCursor{.sink = std::string(slot.substr(kNameAt, name_end - kNameAt)), .seq = seq, .generation = generation};
}

}  // namespace

std::string encode_cursor(const SinkCursor& cursor) {
  std::string slot(kNameAt, '\0');
  slot.replace(0, kMagic.size(), kMagic);
  put_number(slot.data() + kVersionAt, kVersion);
  put_number(slot.data() + kNameSizeAt, static_cast<std::uint16_t>(cursor.sink.size()));
  put_number(slot.data() + kGenerationAt, cursor.generation);
  put_number(slot.data() + kSeqAt, cursor.seq);
  slot += cursor.sink;
  const std::size_t crc_at = slot.size();
  const std::uint32_t crc = base::crc32c(slot);
  slot.resize(crc_at + sizeof crc);
  put_number(slot.data() + crc_at, crc);
  return slot;
}

base::Result<SinkCursor> decode_cursor(std::string_view file_bytes) {
  const std::size_t split = std::min(kCursorSlotSize, file_bytes.size());
  std::optional<SinkCursor> first = decode_slot(file_bytes.substr(0, split));
  std::optional<SinkCursor> second = decode_slot(file_bytes.substr(split));
  if (!first && !second) return base::fail(base::Code::corrupt, "neither slot of the cursor is valid");
  return !second || (first && first->generation > second->generation) ? *std::move(first) : *std::move(second);
}

base::Result<SinkCursor> read_cursor(base::FileSystem& file_system, const std::string& path) {
  TRY(file, file_system.open(path, base::OpenMode::read));
  std::string bytes(2 * kCursorSlotSize, '\0');
  TRY(size, file->read(0, bytes));
  bytes.resize(size);
  auto cursor = decode_cursor(bytes);
  if (!cursor) cursor.error().message = path + ": " + cursor.error().message;
  return cursor;
}

CursorFile::CursorFile(std::string directory, SinkCursor last)
    : directory_(std::move(directory)), path_(directory_ + "/" + cursor_file_name(last.sink)), cursor_(std::move(last)) {}

base::Result<void> CursorFile::write(base::FileSystem& file_system, std::uint64_t seq) {
  SinkCursor next = cursor_;
  next.seq = seq;
  ++next.generation;
  std::unique_ptr<base::File> opened;
  if (!file_) {
    TRY(file, file_system.open(path_, base::OpenMode::create));
    opened = std::move(file);
    // Both slots take their room on the disk now, so that a full disk cannot stop a later write.
    if (cursor_.generation == 0) {
      const std::string empty(2 * kCursorSlotSize, '\0');
      const std::array<std::string_view, 1> pieces{empty};
      TRY_VOID(opened->write(0, pieces));
    }
  }
  base::File& file = opened ? *opened : *file_;
  const std::string slot = encode_cursor(next);
  const std::array<std::string_view, 1> pieces{slot};
  TRY_VOID(file.write(next.generation % 2 * kCursorSlotSize, pieces));
  TRY_VOID(file.sync());
  if (opened) {
    TRY_VOID(file_system.sync_directory(directory_));
    file_ = std::move(opened);
  }
  cursor_ = std::move(next);
  return {};
}

}  // namespace longshore::shipper
