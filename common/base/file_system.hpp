// The few file operations on which durability rests, behind an interface, so that tests can cut the power, fill the disk and
// fail any single operation (tests/support/fault_file_system.hpp). Every call blocks. Errors name the operation and the
// path.
//
// What is durable when: a file's bytes and size after File::sync(); that a file exists under its name, or no longer does,
// after sync_directory() of the folder that holds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::base {

inline constexpr std::size_t kDirectAlignment = 4096;

// An open file; closed when destroyed. Several threads may read at the same time; all else by one at a time.
class File {
 public:
  virtual ~File() = default;
  // Reads at `offset` until `into` is full or the file ends; returns how many bytes that were.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) = 0;
  // Writes the pieces one behind the other at `offset` (one pwritev where the kernel takes all). After an error any part of
  // them may have been written.
  virtual Result<void> write(std::uint64_t offset, std::span<const std::string_view> pieces) = 0;
  // As write, past the page cache where the file system can: for large data that will hardly be read again. All three of
  // offset, address and size are multiples of kDirectAlignment. Nobody may read through this object meanwhile.
  virtual Result<void> write_direct(std::uint64_t offset, std::string_view bytes) = 0;
  virtual Result<void> truncate(std::uint64_t size) = 0;
  // fdatasync. After an error the bytes written since the last success may be lost, and a second call may falsely succeed.
  virtual Result<void> sync() = 0;
  virtual Result<std::uint64_t> size() = 0;
};

enum class OpenMode {
  read,        // must exist
  update,      // read and write; must exist
  create,      // read and write; made if missing
  create_new,  // read and write; Code::exists if it is there
};

struct FileInfo {
  std::uint64_t size = 0;  // bytes
  bool is_directory = false;
  Timestamp modified;
};

struct DiskSpace {
  std::uint64_t total = 0;      // bytes
  std::uint64_t available = 0;  // bytes, to an ordinary user
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;
  virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
  // Names in the folder, without "." and "..", in no order.
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  virtual Result<FileInfo> stat(const std::string& path) = 0;
  virtual Result<DiskSpace> space(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> unlink(const std::string& path) = 0;
  // With its parents, all durable when it returns; no error if it is there.
  virtual Result<void> make_directories(const std::string& path) = 0;
  virtual Result<void> sync_directory(const std::string& path) = 0;
  // Takes an exclusive lock on a file that is made if missing; held until the result is destroyed or the process dies.
  // Code::exists if somebody holds it.
  virtual Result<std::unique_ptr<File>> lock(const std::string& path) = 0;
};

// The real one. Files are made with mode 0640 and folders with 0750, before the umask; descriptors are close-on-exec.
class PosixFileSystem final : public FileSystem {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<FileInfo> stat(const std::string& path) override;
  Result<DiskSpace> space(const std::string& path) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> unlink(const std::string& path) override;
  Result<void> make_directories(const std::string& path) override;
  Result<void> sync_directory(const std::string& path) override;
  Result<std::unique_ptr<File>> lock(const std::string& path) override;
};

}  // namespace longshore::base
