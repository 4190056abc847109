// Decides which archives go: by count and age for each log, then by bytes of the rule, bytes of the volume and free space of
// the disk, oldest first across all logs that share the limit. Pure; n log n.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/base/timestamp.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

struct RetentionRule {
  std::optional<std::uint64_t> keep;       // archives of each log at most
  base::Duration max_age{};                // 0: no limit
  std::optional<std::uint64_t> max_total;  // bytes of live files and archives together
  // The newest archives of each log that neither bytes nor free space take: a full disk may be somebody else's doing.
  std::uint64_t keep_min = 1;
};

// What a block of configuration says; free space is the disk's.
RetentionRule retention_of(const Policy& policy);

// A file system.
struct RetentionDisk {
  std::uint64_t keep_free = 0;  // bytes; 0: no limit
  std::uint64_t available = 0;  // bytes that are free now
};

// A folder that the configuration names as a volume; several may share a disk.
struct RetentionVolume {
  std::optional<std::uint64_t> max_total;  // bytes of live files and archives of all rules in it
};

struct RetentionLog {
  std::size_t rule = 0;    // index into the rules
  std::size_t volume = 0;  // index into the volumes
  std::size_t disk = 0;    // index into the disks
  std::uint64_t live = 0;  // bytes on disk of the file that is written to
};

struct RetentionArchive {
  std::size_t log = 0;  // index into the logs
  base::Timestamp made;
  std::uint64_t sequence = 0;  // tells apart what was made at the same time; higher is newer
  std::uint64_t bytes = 0;     // on disk
  bool busy = false;           // being read, e.g. compressed: counts, but is left alone now
};

enum class ExpiryReason { count, age, rule_bytes, volume_bytes, free_space };
std::string_view expiry_reason_text(ExpiryReason reason);  // "more than `rotate` allows" …

struct Expiry {
  std::size_t archive;  // index into the archives
  ExpiryReason reason;
  friend bool operator==(const Expiry&, const Expiry&) = default;
};

struct RetentionInput {
  std::span<const RetentionRule> rules;
  std::span<const RetentionVolume> volumes;
  std::span<const RetentionDisk> disks;
  std::span<const RetentionLog> logs;
  std::span<const RetentionArchive> archives;
  // Nothing: the clock cannot be relied on now, so nothing is too old.
  std::optional<base::Timestamp> now;
};

// In the order in which they are best removed.
std::vector<Expiry> find_expiries(const RetentionInput& input);

}  // namespace longshore::rotator
