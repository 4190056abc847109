#include "tests/support/fault_file_system.hpp"

#include <algorithm>
#include <cerrno>

namespace longshore::test_support {
namespace {

constexpr std::size_t kSector = 512;

bool is_in(const std::string& path, const std::string& directory) {
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/' &&
         path.find('/', directory.size() + 1) == std::string::npos;
}

bool is_half_done(int error) { return error == EIO || error == ENOSPC; }

}  // namespace

class FaultFileSystem::OpenFile final : public base::File {
 public:
  OpenFile(FaultFileSystem& owner, std::string path, std::shared_ptr<Node> node, bool writable, bool lock = false)
      : owner_(owner),
        path_(std::move(path)),
        node_(std::move(node)),
        writable_(writable),
        lock_(lock),
        process_(owner.process_) {}
  ~OpenFile() override {
    const std::lock_guard guard(owner_.mutex_);
    if (lock_ && alive()) owner_.locks_.erase(path_);
  }

  base::Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    const std::lock_guard guard(owner_.mutex_);
    if (const int error = begin("read")) return base::fail_errno(error, "read " + path_);
    if (offset >= node_->bytes.size()) return std::size_t{0};
    return node_->bytes.copy(into.data(), into.size(), offset);
  }

  base::Result<void> write(std::uint64_t offset, std::span<const std::string_view> pieces) override {
    const std::lock_guard guard(owner_.mutex_);
    const int error = writable_ ? begin("write") : EBADF;
    std::string bytes;
    for (const std::string_view piece : pieces) bytes += piece;
    if (is_half_done(error)) put(offset, bytes.substr(0, bytes.size() / 2));
    if (error != 0) return base::fail_errno(error, "write " + path_);
    const std::uint64_t growth = offset + bytes.size() - std::min<std::uint64_t>(offset + bytes.size(), node_->bytes.size());
    const std::uint64_t room = owner_.capacity_ - std::min(owner_.capacity_, owner_.used());
    if (growth > room) {
      put(offset, bytes.substr(0, bytes.size() - std::min<std::uint64_t>(bytes.size(), growth - room)));
      return base::fail_errno(ENOSPC, "write " + path_);
    }
    put(offset, std::move(bytes));
    return {};
  }

  base::Result<void> write_direct(std::uint64_t offset, std::string_view bytes) override {
    const std::size_t rest =
        (offset | reinterpret_cast<std::uintptr_t>(bytes.data()) | bytes.size()) % base::kDirectAlignment;
    if (rest != 0) return base::fail(base::Code::invalid, "write " + path_ + ": not aligned");
    return write(offset, std::span(&bytes, 1));
  }

  base::Result<void> truncate(std::uint64_t size) override {
    const std::lock_guard guard(owner_.mutex_);
    if (const int error = begin("truncate")) return base::fail_errno(error, "truncate " + path_);
    Change change{size, {}};
    apply(change, node_->bytes);
    node_->unsynced.push_back(std::move(change));
    return {};
  }

  base::Result<void> sync() override {
    const std::lock_guard guard(owner_.mutex_);
    if (const int error = begin("sync")) {
      if (is_half_done(error)) node_->unsynced.clear();  // the kernel takes the pages for clean from now on
      return base::fail_errno(error, "sync " + path_);
    }
    for (const Change& change : node_->unsynced) apply(change, node_->durable);
    node_->unsynced.clear();
    return {};
  }

  base::Result<std::uint64_t> size() override {
    const std::lock_guard guard(owner_.mutex_);
    if (const int error = begin("size")) return base::fail_errno(error, "stat " + path_);
    return node_->bytes.size();
  }

 private:
  bool alive() const { return process_ == owner_.process_; }
  int begin(const char* what) { return alive() ? owner_.begin(std::string(what) + " " + path_) : EBADF; }
  void put(std::uint64_t offset, std::string bytes) {
    if (bytes.empty()) return;
    Change change{offset, std::move(bytes)};
    apply(change, node_->bytes);
    node_->unsynced.push_back(std::move(change));
  }

  FaultFileSystem& owner_;
  const std::string path_;
  const std::shared_ptr<Node> node_;
  const bool writable_;
  const bool lock_;
  const std::uint64_t process_;
};

FaultFileSystem::FaultFileSystem() = default;
FaultFileSystem::~FaultFileSystem() = default;

void FaultFileSystem::kill_process() {
  const std::lock_guard guard(mutex_);
  ++process_;
  locks_.clear();
  fail_count_ = 0;
}

void FaultFileSystem::cut_power(std::uint32_t seed) {
  kill_process();
  const std::lock_guard guard(mutex_);
  std::mt19937 random(seed);
  if (seed != 0)
    for (const NameChange& change : name_changes_)
      if (random() % 2 == 0) apply(change, durable_entries_);
  name_changes_.clear();
  entries_ = durable_entries_;
  for (auto& [path, node] : entries_) {
    if (seed != 0)
      for (const Change& change : node->unsynced) apply_in_part(change, node->durable, random);
    node->unsynced.clear();
    node->bytes = node->durable;
  }
}

void FaultFileSystem::fail_from(std::uint64_t first, int error, std::uint64_t count) {
  const std::lock_guard guard(mutex_);
  fail_first_ = first, fail_error_ = error, fail_count_ = count;
  fail_what_.clear();
}

void FaultFileSystem::fail_matching(std::string what, int error, std::uint64_t count) {
  const std::lock_guard guard(mutex_);
  fail_first_ = 0, fail_error_ = error, fail_count_ = count;
  fail_what_ = std::move(what);
}

void FaultFileSystem::set_capacity(std::uint64_t bytes) {
  const std::lock_guard guard(mutex_);
  capacity_ = bytes;
}

std::uint64_t FaultFileSystem::operations() const {
  const std::lock_guard guard(mutex_);
  return log_.size();
}

std::vector<std::string> FaultFileSystem::log() const {
  const std::lock_guard guard(mutex_);
  return log_;
}

std::vector<std::string> FaultFileSystem::paths() const {
  const std::lock_guard guard(mutex_);
  std::vector<std::string> paths;
  for (const auto& [path, node] : entries_) paths.push_back(path);
  return paths;
}

std::string FaultFileSystem::content(const std::string& path) const {
  const std::lock_guard guard(mutex_);
  const auto found = entries_.find(path);
  return found == entries_.end() ? std::string() : found->second->bytes;
}

void FaultFileSystem::set_content(const std::string& path, std::string bytes) {
  const std::lock_guard guard(mutex_);
  const auto node = std::make_shared<Node>(Node{bytes, bytes, {}});
  entries_[path] = durable_entries_[path] = node;
}

base::Result<std::unique_ptr<base::File>> FaultFileSystem::open(const std::string& path, base::OpenMode mode) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("open " + path)) return base::fail_errno(error, "open " + path);
  const auto found = entries_.find(path);
  const bool may_make = mode == base::OpenMode::create || mode == base::OpenMode::create_new;
  if (found == entries_.end() && !may_make) return base::fail_errno(ENOENT, "open " + path);
  if (found != entries_.end() && mode == base::OpenMode::create_new) return base::fail_errno(EEXIST, "open " + path);
  std::shared_ptr<Node>& node = entries_[path];
  if (!node) {
    node = std::make_shared<Node>();
    name_changes_.push_back({path, "", node});
  }
  return std::make_unique<OpenFile>(*this, path, node, mode != base::OpenMode::read);
}

base::Result<std::vector<std::string>> FaultFileSystem::list(const std::string& directory) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("list " + directory)) return base::fail_errno(error, "list " + directory);
  std::vector<std::string> names;
  for (const auto& [path, node] : entries_)
    if (is_in(path, directory)) names.push_back(path.substr(directory.size() + 1));
  return names;
}

base::Result<base::FileInfo> FaultFileSystem::stat(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("stat " + path)) return base::fail_errno(error, "stat " + path);
  const auto found = entries_.find(path);
  if (found == entries_.end()) return base::fail_errno(ENOENT, "stat " + path);
  return base::FileInfo{.size = found->second->bytes.size(), .is_directory = false, .modified = {}};
}

base::Result<base::DiskSpace> FaultFileSystem::space(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("space " + path)) return base::fail_errno(error, "statvfs " + path);
  return base::DiskSpace{.total = capacity_, .available = capacity_ - std::min(capacity_, used())};
}

base::Result<void> FaultFileSystem::rename(const std::string& from, const std::string& to) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("rename " + from)) return base::fail_errno(error, "rename " + from);
  const auto found = entries_.find(from);
  if (found == entries_.end()) return base::fail_errno(ENOENT, "rename " + from);
  const NameChange change{to, from, found->second};
  apply(change, entries_);
  name_changes_.push_back(change);
  return {};
}

base::Result<void> FaultFileSystem::unlink(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("unlink " + path)) return base::fail_errno(error, "unlink " + path);
  if (entries_.erase(path) == 0) return base::fail_errno(ENOENT, "unlink " + path);
  name_changes_.push_back({"", path, nullptr});
  return {};
}

base::Result<void> FaultFileSystem::make_directories(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("mkdir " + path)) return base::fail_errno(error, "mkdir " + path);
  return {};  // a folder is where a path says it is
}

base::Result<void> FaultFileSystem::sync_directory(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("sync " + path)) return base::fail_errno(error, "sync " + path);
  std::erase_if(name_changes_, [&](const NameChange& change) {
    if (!is_in(change.added.empty() ? change.removed : change.added, path)) return false;
    apply(change, durable_entries_);
    return true;
  });
  return {};
}

base::Result<std::unique_ptr<base::File>> FaultFileSystem::lock(const std::string& path) {
  const std::lock_guard guard(mutex_);
  if (const int error = begin("lock " + path)) return base::fail_errno(error, "lock " + path);
  if (!locks_.emplace(path, process_).second) return base::fail(base::Code::exists, "lock " + path + ": held");
  std::shared_ptr<Node>& node = entries_[path];
  if (!node) {
    node = std::make_shared<Node>();
    name_changes_.push_back({path, "", node});
  }
  return std::make_unique<OpenFile>(*this, path, node, true, true);
}

int FaultFileSystem::begin(const std::string& description) {
  log_.push_back(description);
  if (fail_count_ == 0 || log_.size() < fail_first_ || description.find(fail_what_) == std::string::npos) return 0;
  --fail_count_;
  return fail_error_;
}

std::uint64_t FaultFileSystem::used() const {
  std::uint64_t total = 0;
  for (const auto& [path, node] : entries_) total += node->bytes.size();
  return total;
}

void FaultFileSystem::apply(const Change& change, std::string& bytes) {
  if (change.bytes.empty()) {
    bytes.resize(change.offset);
    return;
  }
  if (bytes.size() < change.offset + change.bytes.size()) bytes.resize(change.offset + change.bytes.size());
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

// Some of the sectors that a write touches; what lies between them reads as zero, as in a file with holes.
void FaultFileSystem::apply_in_part(const Change& change, std::string& bytes, std::mt19937& random) {
  const std::uint32_t kind = random() % 4;  // nothing, all, some sectors, a prefix
  if (kind == 0) return;
  if (kind == 1 || change.bytes.empty()) return apply(change, bytes);
  if (kind == 3) {
    Change prefix{change.offset, change.bytes.substr(0, random() % change.bytes.size())};
    if (!prefix.bytes.empty()) apply(prefix, bytes);
    return;
  }
  const std::uint64_t end = change.offset + change.bytes.size();
  for (std::uint64_t at = change.offset; at < end;) {
    const std::uint64_t next = std::min(end, (at / kSector + 1) * kSector);
    if (random() % 2 == 0) apply(Change{at, change.bytes.substr(at - change.offset, next - at)}, bytes);
    at = next;
  }
}

void FaultFileSystem::apply(const NameChange& change, Entries& entries) {
  if (!change.removed.empty()) entries.erase(change.removed);
  if (!change.added.empty()) entries[change.added] = change.node;
}

}  // namespace longshore::test_support
