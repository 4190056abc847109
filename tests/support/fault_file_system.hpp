// A file system in memory whose power can be cut and whose every operation can be made to fail. It is as unkind as POSIX
// allows: what was not synced may survive in any part, sector by sector; a name whose folder was not synced may be gone;
// after a failed sync the unsynced bytes can be read, but no later sync saves them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "common/base/file_system.hpp"

namespace longshore::test_support {

class FaultFileSystem final : public base::FileSystem {
 public:
  FaultFileSystem();
  ~FaultFileSystem() override;

  // --- what happens to it; none of these counts as an operation ---
  // The process dies: locks are released, open files are dead, nothing written is lost.
  void kill_process();
  // The machine dies: likewise, and of what was not synced only what `seed` decides survives; with seed 0 nothing.
  void cut_power(std::uint32_t seed);
  // Both end whatever failure was asked for below.

  // Operations are numbered from 1. Those from `first` on fail with `error`, `count` of them. With EIO and ENOSPC a write
  // first writes half, and a sync loses what it should have saved; with any other error (ENODEV: the power is off) nothing
  // happens.
  void fail_from(std::uint64_t first, int error, std::uint64_t count = 1);
  // As above for the operations whose description ("sync dir/name", "write …") holds `what`.
  void fail_matching(std::string what, int error, std::uint64_t count);
  // Files may hold so many bytes in all; a write beyond writes what fits and fails with ENOSPC.
  void set_capacity(std::uint64_t bytes);

  // --- what a test wants to know ---
  std::uint64_t operations() const;
  std::vector<std::string> log() const;  // descriptions of the operations so far, e.g. "unlink dir/name"
  std::vector<std::string> paths() const;
  std::string content(const std::string& path) const;
  void set_content(const std::string& path, std::string bytes);  // durable at once

  base::Result<std::unique_ptr<base::File>> open(const std::string& path, base::OpenMode mode) override;
  base::Result<std::vector<std::string>> list(const std::string& directory) override;
  base::Result<base::FileInfo> stat(const std::string& path) override;
  base::Result<base::DiskSpace> space(const std::string& path) override;
  base::Result<void> rename(const std::string& from, const std::string& to) override;
  base::Result<void> unlink(const std::string& path) override;
  base::Result<void> make_directories(const std::string& path) override;
  base::Result<void> sync_directory(const std::string& path) override;
  base::Result<std::unique_ptr<base::File>> lock(const std::string& path) override;

 private:
  class OpenFile;
  struct Change {  // a write, or a truncation where `bytes` is empty
    std::uint64_t offset = 0;
    std::string bytes;
  };
  struct Node {
    std::string bytes;             // as processes see it
    std::string durable;           // as the disk has it
    std::vector<Change> unsynced;  // what leads from one to the other
  };
  using Entries = std::map<std::string, std::shared_ptr<Node>>;
  struct NameChange {  // of a folder that was not synced since; both halves of a rename happen or neither does
    std::string added, removed;
    std::shared_ptr<Node> node;
  };

  int begin(const std::string& description);  // counts the operation; an errno value if it is to fail
  std::uint64_t used() const;
  static void apply(const Change& change, std::string& bytes);
  static void apply_in_part(const Change& change, std::string& bytes, std::mt19937& random);
  static void apply(const NameChange& change, Entries& entries);

  mutable std::mutex mutex_;
  Entries entries_;
  Entries durable_entries_;
  std::vector<NameChange> name_changes_;
  std::vector<std::string> log_;
  std::uint64_t fail_first_ = 0, fail_count_ = 0;
  std::string fail_what_;
  int fail_error_ = 0;
  std::uint64_t capacity_ = ~std::uint64_t{0};
  std::uint64_t process_ = 1;                   // which process open files belong to
  std::map<std::string, std::uint64_t> locks_;  // path → process
};

}  // namespace longshore::test_support
