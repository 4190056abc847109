// What the user can set about the spool.
#pragma once

#include <string>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"

namespace longshore::shipper {

enum class Durability {
  batch,   // fdatasync once a group: process death loses nothing that was read; power loss loses at most one group
  always,  // fdatasync before a batch counts as taken: power loss loses nothing that was acknowledged
  none,    // never fdatasync: process death loses nothing written; power loss loses what the kernel had not written back
};
enum class Codec { none, zstd };

struct SpoolOptions {
  std::string dir;
  base::Bytes max_size{4ULL << 30};
  base::Bytes segment_size{64ULL << 20};
  Durability durability = Durability::batch;
  base::Duration group_interval = std::chrono::milliseconds(50);  // a group is sealed after this time …
  base::Bytes group_size{1ULL << 20};                             // … or this size, whichever is first
  Codec codec = Codec::none;
  base::Bytes memory{8ULL << 20};  // recent batches kept in memory for the sinks
  bool operator==(const SpoolOptions&) const = default;
};

}  // namespace longshore::shipper
