// The door through which every source hands its events in. Loop thread only.
//
// A source writes bytes straight into the open batch's arena (no copy between socket and disk), adds events that point into
// it, and says finish(). Between two co_awaits a source may hold on to nothing of the batch: another source, or sealing, may
// move it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/io/task.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

// A source as the intake knows it: what it is called, its tags, transforms and counters. Made once when it starts.
using SourceId = std::uint32_t;

class Intake {
 public:
  virtual ~Intake() = default;

  virtual SourceId add_source(const SourceInfo& info) = 0;

  // The batch being filled. Append bytes, events and checkpoints, then call finish() before the next co_await.
  virtual Batch& batch() = 0;
  // events[first_event …] are complete and belong to `source` (their Event::source is set here). Runs the transforms,
  // shows the events to the rules, counts them, and seals the batch when it is large enough. `wire_bytes`: what was read.
  virtual void finish(SourceId source, std::size_t first_event, std::size_t wire_bytes) = 0;
  // `count` events were lost before they became events; `reason` is a short constant such as "kernel_udp" or "oversize".
  virtual void drop(SourceId source, std::string_view reason, std::uint64_t count) = 0;

  // False while the spool cannot take more: a source stops reading (TCP and files wait; the kernel drops and counts UDP).
  virtual bool accepting() const = 0;
  virtual io::Task<void> wait_accepting() = 0;
  // True when what can wait where it is (a file, a TCP peer) had better wait a moment: healthy sinks are so far behind that
  // lines would be read back from the disk. wait_turn() ends after kTurnWait at the latest, and once per sealed batch.
  virtual bool ahead() const = 0;
  virtual io::Task<void> wait_turn() = 0;
};

}  // namespace longshore::shipper
