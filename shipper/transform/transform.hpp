// One step of a chain, as the chain sees it. Pure; loop thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/drop_counter.hpp"

namespace longshore::shipper {

class Transform {
 public:
  virtual ~Transform() = default;
  // Works on events[first …], all of one source: changes them, takes out what is dropped (counted) or held back.
  virtual void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) = 0;
  // Appends what was held back and is due.
  virtual void flush(Batch& batch, base::Timestamp now) { static_cast<void>(batch), static_cast<void>(now); }
  virtual base::Timestamp next_deadline() const { return base::kNever; }
  virtual std::uint64_t held() const { return 0; }

 protected:
  // Takes out the events[first …] for which `leaves(event)` is true; returns how many.
  template <class Leaves>
  static std::size_t take_out(Batch& batch, std::size_t first, Leaves leaves) {
    std::size_t kept = first;
    for (std::size_t i = first; i < batch.events.size(); ++i)
      if (!leaves(batch.events[i])) batch.events[kept++] = batch.events[i];
    const std::size_t taken = batch.events.size() - kept;
    batch.events.resize(kept);
    return taken;
  }
};

}  // namespace longshore::shipper
