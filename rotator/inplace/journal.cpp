#include "rotator/inplace/journal.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/base/crc32c.hpp"

namespace longshore::rotator {
namespace {

// One slot: this, the name, NULs, and at its end a CRC32C over all before: what was written in part is never taken for
// whole.
struct SlotHeader {
  char magic[4];
  std::uint16_t version;
  std::uint8_t phase;
  std::uint8_t codec;
  std::int32_t level;
  std::uint32_t name_size;
  std::uint64_t generation;
  std::uint64_t inode;
  std::int64_t born_ns;
  std::uint64_t head_size;
  std::uint64_t cut;
  std::uint64_t archive_bytes;
  std::array<std::uint32_t, kProofSectors> head_crcs;
};
static_assert(sizeof(SlotHeader) == 96);

constexpr std::string_view kMagic = "LSrj";
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kSlotSize = 512, kCrcAt = kSlotSize - 4, kSlots = 2, kMaxName = 255;

std::optional<NumberedRecord> decode_slot(std::string_view slot) {
  SlotHeader header{};
  if (slot.size() < kSlotSize) return std::nullopt;
  std::memcpy(&header, slot.data(), sizeof header);
  if (std::string_view(header.magic, 4) != kMagic || header.version != kVersion || header.name_size > kMaxName)
    return std::nullopt;
  std::uint32_t crc = 0;
  std::memcpy(&crc, slot.data() + kCrcAt, sizeof crc);
  const std::string_view name = slot.substr(sizeof header, header.name_size);
  if (crc != base::crc32c(slot.substr(0, kCrcAt)) || header.phase < 1 || header.phase > 5 || header.codec > 2 ||
      name.contains('/') || name.contains('\0'))
    return std::nullopt;
  return NumberedRecord{{.phase = static_cast<JournalRecord::Phase>(header.phase),
                         .codec = static_cast<Codec>(header.codec),
                         .level = header.level,
                         .log = {header.inode, header.born_ns},
                         .head = {header.head_size, header.head_crcs},
                         .cut = header.cut,
                         .archive_bytes = header.archive_bytes,
                         .archive_name = std::string(name)},
                        header.generation};
}

}  // namespace

std::string encode_record(const JournalRecord& record, std::uint64_t generation) {
  SlotHeader header{.magic = {},
                    .version = kVersion,
                    .phase = static_cast<std::uint8_t>(record.phase),
                    .codec = static_cast<std::uint8_t>(record.codec),
                    .level = record.level,
                    .name_size = static_cast<std::uint32_t>(record.archive_name.size()),
                    .generation = generation,
                    .inode = record.log.inode,
                    .born_ns = record.log.born_ns,
                    .head_size = record.head.size,
                    .cut = record.cut,
                    .archive_bytes = record.archive_bytes,
                    .head_crcs = record.head.crcs};
  kMagic.copy(header.magic, sizeof header.magic);
  std::string slot(reinterpret_cast<const char*>(&header), sizeof header);
  slot += record.archive_name;
  slot.resize(kCrcAt);
  const std::uint32_t crc = base::crc32c(slot);
  slot.append(reinterpret_cast<const char*>(&crc), sizeof crc);
  return slot;
}

std::optional<NumberedRecord> decode_journal(std::string_view file) {
  std::optional<NumberedRecord> newest;
  for (std::size_t slot = 0; slot < kSlots && slot * kSlotSize < file.size(); ++slot)
    if (auto found = decode_slot(file.substr(slot * kSlotSize, kSlotSize));
        found && (!newest || found->generation > newest->generation))
      newest = std::move(found);
  return newest;
}

std::string journal_name(const std::string& live_name) { return "." + live_name + ".rotation"; }
std::string unfinished_name(const std::string& live_name) { return "." + live_name + ".unfinished"; }
std::string spare_name(const std::string& live_name) { return live_name + ".rotating"; }

namespace {

base::Result<base::UniqueFd> open_journal(int directory, const std::string& name, int flags) {
  base::UniqueFd fd(::openat(directory, name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd && errno == ENOENT) return base::UniqueFd();
  if (!fd) return base::fail_errno(errno, "open " + name);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return base::fail_errno(errno, "look at " + name);
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
    return base::fail(base::Code::invalid, name + " is not a journal of ours (a regular file with one name): remove it");
  return fd;
}

}  // namespace

base::Result<std::optional<NumberedRecord>> read_journal(int directory, const std::string& live_name) {
  TRY(fd, open_journal(directory, journal_name(live_name), O_RDONLY));
  if (!fd) return std::nullopt;
  TRY(bytes, read_at(fd.get(), 0, kSlots * kSlotSize));
  return decode_journal(bytes);
}

base::Result<std::optional<JournalRecord>> Journal::open(const std::string& live_name) {
  TRY(found, read_journal(directory_, live_name));
  TRY(fd, open_journal(directory_, name_, O_RDWR));
  fd_ = std::move(fd);
  generation_ = found ? found->generation : 0;
  if (!found) return std::nullopt;
  return found->record;
}

base::Result<void> Journal::put(const JournalRecord& record, bool durable) {
  if (!fd_) {
    TRY(fd, disk_.create(directory_, name_));
    fd_ = std::move(fd);
  }
  // After an error the same slot is written again: the other one is whole.
  const std::uint64_t next = generation_ + 1;
  TRY_VOID(disk_.write(fd_.get(), next % kSlots * kSlotSize, encode_record(record, next)));
  if (durable) TRY_VOID(disk_.sync(fd_.get()));
  if (durable && !name_is_durable_) TRY_VOID(disk_.sync(directory_));
  name_is_durable_ |= durable;
  generation_ = next;
  return {};
}

base::Result<void> Journal::remove() {
  if (!fd_) return {};
  fd_.reset();
  generation_ = 0;
  name_is_durable_ = false;
  TRY_VOID(disk_.unlink(directory_, name_));
  return disk_.sync(directory_);
}

}  // namespace longshore::rotator
