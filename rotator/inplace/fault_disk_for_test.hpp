// A disk over real files that stops before any of its operations, as a process that is killed, fails them, and loses what
// was not synced, as a machine does whose power is cut. What not every file system can, collapse and exchange, is done by
// hand.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "rotator/inplace/disk.hpp"
#include "rotator/inplace/head.hpp"

namespace longshore::rotator {

struct Killed {};  // thrown: nothing of ours catches it

class FaultDisk final : public Disk {
 public:
  // `folder`: where everything is. Its files are durable as they stand.
  explicit FaultDisk(std::string folder) : folder_(std::move(folder)), grave_(folder_ + ".grave") {
    std::filesystem::create_directory(grave_);
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const base::UniqueFd fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
      nodes_[inode(fd.get())] = {content(fd.get()), {}};
    }
  }
  ~FaultDisk() override { std::filesystem::remove_all(grave_); }

  // Operations are numbered from 1.
  std::uint64_t kill_before = 0;
  std::uint64_t fail_from = 0, fail_count = 0;
  int fail_with = 0;
  bool has_punch = true, has_exchange = true, has_collapse = true, nobody_else = false, is_full = false;
  std::function<void()> between;  // called before each operation: a writer at work
  std::uint64_t operations() const { return operations_; }

  // Of everything that was not synced only what `seed` decides stays; 0: nothing.
  void cut_power(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t count) { return seed == 0 ? 0 : random() % (count + 1); };
    for (std::size_t kept = pick(names_.size()); names_.size() > kept; names_.pop_back()) names_.back()();
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const base::UniqueFd fd(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
      const Node& node = nodes_[inode(fd.get())];
      const std::size_t version = pick(node.versions.size() + 1);
      if (version > node.versions.size()) continue;  // all of it
      restore(fd.get(), version == 0 ? node.durable : node.versions[version - 1]);
    }
  }

  base::Result<base::UniqueFd> create(int directory, const std::string& name) override {
    TRY_VOID(begin());
    TRY(fd, Disk::create(directory, name));
    nodes_[inode(fd.get())] = {};
    names_.push_back([path = folder_ + "/" + name] { std::filesystem::remove(path); });
    return fd;
  }
  base::Result<void> rename(int directory, const std::string& from, const std::string& to) override {
    TRY_VOID(begin());
    TRY_VOID(Disk::rename(directory, from, to));
    names_.push_back([old = folder_ + "/" + from, now = folder_ + "/" + to] { std::filesystem::rename(now, old); });
    return {};
  }
  base::Result<void> unlink(int directory, const std::string& name) override {
    TRY_VOID(begin());
    const std::string path = folder_ + "/" + name, kept = grave_ + "/" + std::to_string(operations_);
    if (!std::filesystem::exists(path)) return base::fail_errno(ENOENT, "unlink " + name);
    std::filesystem::create_hard_link(path, kept);
    TRY_VOID(Disk::unlink(directory, name));
    names_.push_back([path, kept] { std::filesystem::rename(kept, path); });
    return {};
  }
  base::Result<void> write(int fd, std::uint64_t offset, std::string_view bytes) override {
    const auto begun = begin();
    if (!begun && fail_with == ENOSPC) (void)Disk::write(fd, offset, bytes.substr(0, bytes.size() / 2));
    TRY_VOID(begun);
    return changed(fd, Disk::write(fd, offset, bytes));
  }
  base::Result<void> truncate(int fd, std::uint64_t size) override {
    TRY_VOID(begin());
    return changed(fd, Disk::truncate(fd, size));
  }
  base::Result<void> sync(int fd) override {
    TRY_VOID(begin());
    struct stat status{};
    if (::fstat(fd, &status) == 0 && S_ISDIR(status.st_mode))
      names_.clear();
    else
      nodes_[inode(fd)] = {content(fd), {}};
    return {};
  }
  base::Result<void> punch(int fd, std::uint64_t offset, std::uint64_t size) override {
    TRY_VOID(begin());
    if (!has_punch) return base::fail_errno(EOPNOTSUPP, "punch");
    return changed(fd, Disk::punch(fd, offset, size));
  }
  base::Result<void> collapse(int fd, std::uint64_t size) override {
    TRY_VOID(begin());
    if (!has_collapse || size % 4096 != 0) return base::fail_errno(EOPNOTSUPP, "collapse");
    restore(fd, content(fd).substr(size));
    return changed(fd, {});
  }
  base::Result<void> exchange(int fd, int other) override {
    TRY_VOID(begin());
    if (!has_exchange) return base::fail_errno(ENOTTY, "exchange");
    const std::string first = content(fd), second = content(other);
    restore(fd, second);
    restore(other, first);
    // In one step: the power takes both or neither, which is here as if neither could be taken back.
    nodes_[inode(fd)] = {second, {}};
    nodes_[inode(other)] = {first, {}};
    return {};
  }
  base::Result<void> set_attribute(int fd, const std::string& value) override {
    TRY_VOID(begin());
    return Disk::set_attribute(fd, value);
  }
  base::Result<bool> can_punch(int) override { return has_punch; }
  std::uint64_t room(int directory) override { return is_full ? 0 : Disk::room(directory); }
  bool take_lease(int) override { return nobody_else; }
  void release_lease(int) override {}

 private:
  struct Node {
    std::string durable;
    std::vector<std::string> versions;  // since then
  };

  base::Result<void> begin() {
    if (between) between();
    if (++operations_ == kill_before) throw Killed();
    if (fail_from != 0 && operations_ >= fail_from && operations_ < fail_from + fail_count)
      return base::fail_errno(fail_with, "made to fail");
    return {};
  }
  base::Result<void> changed(int fd, base::Result<void> result) {
    nodes_[inode(fd)].versions.push_back(content(fd));
    return result;
  }
  static std::uint64_t inode(int fd) { return identity_of(fd)->inode; }
  static std::string content(int fd) { return *read_at(fd, 0, *size_of(fd)); }
  // Blocks of NULs become holes, as they were.
  static void restore(int fd, const std::string& bytes) {
    if (::ftruncate(fd, 0) != 0 || ::ftruncate(fd, static_cast<off_t>(bytes.size())) != 0) std::abort();
    for (std::size_t at = 0; at < bytes.size(); at += 4096)
      if (const std::string block = bytes.substr(at, 4096); block.find_first_not_of('\0') != block.npos)
        if (::pwrite(fd, block.data(), block.size(), static_cast<off_t>(at)) < 0) std::abort();
  }

  std::string folder_, grave_;
  std::uint64_t operations_ = 0;
  std::map<std::uint64_t, Node> nodes_;
  std::vector<std::function<void()>> names_;  // each takes back one change of a name that is not durable, the last first
};

}  // namespace longshore::rotator
