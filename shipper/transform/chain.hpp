// The transforms of one source, in the order of the configuration; applied to events of the open batch before the rules see
// them. An empty chain costs one comparison. Pure; loop thread. What each does: docs/transforms.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/config/transform_options.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/drop_counter.hpp"

namespace longshore::shipper {

class Transform;

class TransformChain {
 public:
  TransformChain();
  TransformChain(TransformChain&&) noexcept;
  TransformChain& operator=(TransformChain&&) noexcept;
  ~TransformChain();

  // Code::invalid names the transform, the pattern and what is wrong with it.
  static base::Result<TransformChain> make(std::span<const TransformOptions> options);

  bool empty() const { return transforms_.empty(); }
  // Works on events[first …], whose bytes are the arena's end: changes them, and takes out those that are dropped or sampled
  // away (each counted in `dropped`) or held back (counted by held()). Their bytes go too.
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped);
  // Appends what was held back and is due (a storm's summary), passed through the rest of the chain. Timestamp max takes
  // all.
  void flush(Batch& batch, base::Timestamp now, DropCounter& dropped);
  // When flush() has work; kNever if nothing is held.
  base::Timestamp next_deadline() const;
  // Events held back now: received = passed + dropped + held, at every moment.
  std::uint64_t held() const;

 private:
  void apply_from(std::size_t step, Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped);

  std::vector<std::unique_ptr<Transform>> transforms_;
  Arena scratch_;
};

// The tags that `set` adds to the source's own (SourceInfo::tags): they are the same for all of its events.
std::vector<std::string> transform_tags(std::span<const TransformOptions> options);

}  // namespace longshore::shipper
