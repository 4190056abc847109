// The system calls by which an in-place rotation changes something, behind an interface, so that tests can end the process,
// cut the power or fill the disk at each of them. What only looks is called directly. Every call blocks; errors carry
// errno's code and name the operation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"

namespace longshore::rotator {

// By the number that statfs(2) has for it: whether holes can be made, and a lease says something, as the kernel's own file
// systems on a local disk do it. Over the network (NFS, SMB, Ceph) others may write the same file behind our back, and what
// a program makes of the calls (FUSE, 9p) nobody knows: there, and on any that is not known, nothing is removed in this way.
bool is_trusted_file_system(std::int64_t magic);

class Disk {
 public:
  virtual ~Disk() = default;

  // A new file, read and write, mode 0600. Code::exists if anything has its name.
  virtual base::Result<base::UniqueFd> create(int directory, const std::string& name);
  // Code::exists if `to` is there; nothing is replaced.
  virtual base::Result<void> rename(int directory, const std::string& from, const std::string& to);
  virtual base::Result<void> unlink(int directory, const std::string& name);

  virtual base::Result<void> write(int fd, std::uint64_t offset, std::string_view bytes);
  virtual base::Result<void> truncate(int fd, std::uint64_t size);
  // Bytes, size and attributes of a file, or the names in a folder, are durable when it returns.
  virtual base::Result<void> sync(int fd);

  // Sends the range to the disk, a few MiB at a time, and waits for each: what is to be synced later is there already. A
  // sync of hundreds of MiB at once fills the disk's queue, in which the file system's journal then waits, and with it
  // everybody who writes. A hint: whether it worked, sync() tells.
  void write_back(int fd, std::uint64_t from, std::uint64_t to) const;

  // The range becomes a hole; the size stays. Any offset and size: parts of blocks become NULs.
  virtual base::Result<void> punch(int fd, std::uint64_t offset, std::uint64_t size);
  // Takes the first `size` bytes out: the file is so much shorter. Multiples of the file system's block, less than the file.
  virtual base::Result<void> collapse(int fd, std::uint64_t size);
  // The two files' whole contents change places, in one step: after a power loss it has happened or has not.
  virtual base::Result<void> exchange(int fd, int other);
  // kHeadAttribute of the file (head.hpp).
  virtual base::Result<void> set_attribute(int fd, const std::string& value);

  // Whether punch would work on this file, and may be relied on; nothing is changed. Code::invalid, permission: neither that
  // nor anything else would.
  virtual base::Result<bool> can_punch(int fd);
  // Bytes that can still be written where the folder is.
  virtual std::uint64_t room(int directory);
  // True: nobody else has the file open, and whoever opens it waits until the lease is released (45 s at most: the kernel).
  virtual bool take_lease(int fd);
  virtual void release_lease(int fd);
};

}  // namespace longshore::rotator
