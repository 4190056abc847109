// Batches whose memory is warm. A batch comes back by itself, cleared, when its last owner lets go of it, on whichever
// thread that is; a group every 50 ms then costs neither an allocation nor page faults. Any thread.
#pragma once

#include <cstddef>
#include <memory>

#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class BatchPool {
 public:
  // Keeps at most `spare` batches, and none whose arena has grown beyond `largest` bytes: one huge message must not be paid
  // for for ever.
  BatchPool(std::size_t spare, std::size_t largest);
  // An empty batch. It may outlive the pool.
  std::shared_ptr<Batch> get();

 private:
  struct Spares;
  std::shared_ptr<Spares> spares_;
};

}  // namespace longshore::shipper
