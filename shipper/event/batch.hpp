// The unit of work from socket to sink: an arena, flat events that point into it, and what must become durable with them.
// While it is filled it belongs to the loop thread; once sealed it is shared as `shared_ptr<const Batch>` and never changes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/timestamp.hpp"
#include "shipper/event/arena.hpp"
#include "shipper/event/event.hpp"
#include "shipper/event/fields.hpp"

namespace longshore::shipper {

// Where events came from, once a batch: `name` is the configuration's, e.g. "syslog udp://0.0.0.0:514".
struct SourceInfo {
  std::string name;
  std::vector<std::string> tags;
  friend bool operator==(const SourceInfo&, const SourceInfo&) = default;
};

// A source's progress, opaque to the spool, durable in the same write as the events it covers. An empty value forgets the
// key.
struct Checkpoint {
  std::string key;    // e.g. a file's identity
  std::string value;  // e.g. its read offset
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

struct Batch {
  Arena arena;
  std::vector<Event> events;
  std::vector<SourceInfo> sources;      // Event::source indexes this
  std::vector<Checkpoint> checkpoints;  // in order; later wins
  base::Timestamp received;             // of the first byte
  std::uint64_t first_seq = 0;          // of events[0]; the others follow without a gap. Given by the spool

  // Run once on the loop thread when the batch is as durable as configured (Forward's acknowledgement). Memory only.
  std::vector<std::move_only_function<void()>> on_durable;

  std::uint64_t end_seq() const { return first_seq + events.size(); }
  std::string_view text(Slice slice) const& { return arena.view(slice); }
  std::string_view text(Slice) && = delete;

  // The index of an equal entry in `sources`, added if there is none.
  std::uint16_t source_index(const SourceInfo& info);
  void clear();  // keeps the memory, for reuse
};

}  // namespace longshore::shipper
