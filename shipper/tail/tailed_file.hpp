// One file that is followed: its open descriptor, where it has been read to, and what became of it. Reads blocks; no events
// are made here. Loop thread only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "shipper/tail/fingerprint.hpp"

namespace longshore::shipper {

// What identifies a file on one host as long as it exists.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  auto operator<=>(const FileId&) const = default;
};

class TailedFile {
 public:
  enum class Change {
    none,
    truncated,  // shorter than what was read: begins anew
    replaced,   // the same inode with another beginning: begins anew
    gone,       // no name leads to it any more
  };

  TailedFile(std::string path, FileId id, FilePosition position, std::size_t fingerprint_size)
      : path_(std::move(path)), id_(id), position_(std::move(position)), fingerprint_size_(fingerprint_size) {}

  const std::string& path() const { return path_; }
  void set_path(std::string path) { position_.path = path_ = std::move(path); }
  const FileId& id() const { return id_; }
  const FilePosition& position() const { return position_; }
  void set_position(FilePosition position) {
    path_ = position.path;
    position_ = std::move(position);
    dirty = true;
  }
  void advance(std::uint64_t bytes, bool skipping);
  std::string checkpoint_key(const std::string& source) const;

  bool is_open() const { return static_cast<bool>(fd_); }
  // Code::not_found, permission, exhausted (descriptors); invalid if another file has its name now.
  base::Result<void> open();
  void close() { fd_.reset(); }

  // Looks at size, links and beginning. After truncated or replaced the position is at the beginning, and `unread` tells how
  // many bytes were known to be there and had not been read.
  Change look(std::uint64_t& unread);
  // Bytes of the file as of the last look, behind the position.
  std::uint64_t behind() const { return size_ > position_.offset ? size_ - position_.offset : 0; }
  // Up to `room` bytes at the position, less at the end. Holes without data are stepped over first.
  base::Result<std::size_t> read(char* to, std::size_t room);

  // When it was last seen to grow, and when its message at the end was first seen unfinished; by the tailer.
  std::int64_t last_growth_ns = 0;
  std::int64_t last_look_ns = 0;
  bool dirty = true;      // worth a read
  bool unlinked = false;  // gone: read to its end, then forgotten
  bool renamed = false;   // has a name that is not followed: likewise
  int quiet_looks = 0;    // since it is unlinked or renamed, without growth

 private:
  base::Result<std::size_t> head(char* to) const;
  void take_fingerprint();
  void lock_unread();

  std::string path_;
  FileId id_;
  FilePosition position_;
  std::size_t fingerprint_size_;
  std::uint64_t size_ = 0;
  std::int64_t modified_ns_ = 0;
  base::UniqueFd fd_;
  std::uint64_t locked_from_ = 0;  // of the open file
};

}  // namespace longshore::shipper
