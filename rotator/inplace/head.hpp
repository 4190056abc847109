// How much of a log's beginning is in archives already although its offsets are still there: what an in-place rotation left
// of it, a hole or NULs. It is remembered with the file itself, in `user.rotator.head`, and in the journal, and is believed
// only as long as the content still looks so: the writer may have emptied the file since. Looks only; blocks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "common/base/result.hpp"

namespace longshore::rotator {

inline constexpr char kHeadAttribute[] = "user.rotator.head";

// Which file it is as long as it exists: an inode number is used again, but not with the same time of birth.
struct FileIdentity {
  std::uint64_t inode = 0;
  std::int64_t born_ns = 0;  // 0: the file system does not know
  bool operator==(const FileIdentity&) const = default;
};

// So much of the log is in archives, and what its last bytes were before they were removed: a checksum for each sector, as a
// power loss may leave some of them removed and others not.
inline constexpr std::size_t kSector = 512, kProofSectors = 8;
struct Head {
  std::uint64_t size = 0;                           // bytes [0, size)
  std::array<std::uint32_t, kProofSectors> crcs{};  // CRC32C of the last sectors in it, the last one perhaps not whole
  bool operator==(const Head&) const = default;
};

base::Result<FileIdentity> identity_of(int fd);
base::Result<std::uint64_t> size_of(int fd);
// Up to `size` bytes at `offset`, less at the end of the file.
base::Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t size);

// The head of `size` bytes, none of them removed yet.
base::Result<Head> head_of(int fd, std::uint64_t size);
// Whether the file begins with `size` bytes that were removed: the last of them are NULs.
base::Result<bool> begins_removed(int fd, std::uint64_t size);
// Whether it begins with this head: removed, in part, or not at all.
base::Result<bool> begins_with(int fd, const Head& head);
// The size of the removed head that the attribute tells of, where the file still begins so; otherwise 0.
base::Result<std::uint64_t> removed_by_attribute(int fd);

// The first byte at or behind `offset` that is in no hole; the file's size if there is none.
base::Result<std::uint64_t> next_data(int fd, std::uint64_t offset);

}  // namespace longshore::rotator
