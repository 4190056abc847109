#include "shipper/spool/batch_pool.hpp"

#include <mutex>
#include <utility>
#include <vector>

namespace longshore::shipper {

struct BatchPool::Spares {
  const std::size_t most;
  const std::size_t largest;
  std::mutex mutex;
  std::vector<std::unique_ptr<Batch>> batches;  // guarded by mutex

  void take_back(std::unique_ptr<Batch> batch) {
    if (batch->arena.capacity() > largest) return;
    batch->clear();
    const std::lock_guard lock(mutex);
    if (batches.size() < most) batches.push_back(std::move(batch));
  }
};

BatchPool::BatchPool(std::size_t spare, std::size_t largest) : spares_(new Spares{spare, largest, {}, {}}) {
  spares_->batches.reserve(spare);
}

std::shared_ptr<Batch> BatchPool::get() {
  std::unique_ptr<Batch> batch;
  {
    const std::lock_guard lock(spares_->mutex);
    if (!spares_->batches.empty()) {
      batch = std::move(spares_->batches.back());
      spares_->batches.pop_back();
    }
  }
  if (!batch) batch = std::make_unique<Batch>();
  return {batch.release(), [spares = spares_](Batch* used) { spares->take_back(std::unique_ptr<Batch>(used)); }};
}

}  // namespace longshore::shipper
