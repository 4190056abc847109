#include "shipper/pipeline/spool_writer.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace longshore::shipper {
namespace {

constexpr auto kRetryPause = std::chrono::milliseconds(100);

}  // namespace

SpoolWriter::SpoolWriter(boost::asio::any_io_executor loop, Spool& spool, Hooks hooks)
    : loop_(std::move(loop)), spool_(spool), hooks_(std::move(hooks)), thread_([this] { run(); }) {}

SpoolWriter::~SpoolWriter() { stop(base::Duration::zero()); }

void SpoolWriter::submit(std::shared_ptr<Batch> batch) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(batch));
  }
  wake_.notify_one();
}

std::uint64_t SpoolWriter::stop(base::Duration limit) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    give_up_at_ = std::chrono::steady_clock::now() + limit;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  return unwritten_;
}

void SpoolWriter::run() {
  std::deque<std::shared_ptr<Batch>> group;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      group.swap(queue_);  // everything that came while the last group was synced shares the next sync
    }
    if (!write_group(group)) return;
    group.clear();
  }
}

// Appends and syncs the whole group, however long the disk refuses. False: told to stop before that worked.
bool SpoolWriter::write_group(std::deque<std::shared_ptr<Batch>>& group) {
  std::size_t appended = 0;
  for (;;) {
    base::Result<void> result{};
    while (appended < group.size() && (result = spool_.append(group[appended]))) ++appended;
    // What was appended becomes durable even while the rest does not fit.
    if (const base::Result<void> synced = spool_.sync(); !synced)
      result = synced;
    else
      for (; appended > 0; --appended) {
        boost::asio::post(loop_, [this, batch = std::move(group.front())]() mutable { hooks_.durable(std::move(batch)); });
        group.pop_front();
      }
    if (result) {
      if (std::exchange(stalled_, false)) boost::asio::post(loop_, [this] { hooks_.resumed(); });
      return true;
    }
    if (!std::exchange(stalled_, true)) boost::asio::post(loop_, [this, error = result.error()] { hooks_.stalled(error); });
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, kRetryPause, [this] { return stopping_; }) && std::chrono::steady_clock::now() >= give_up_at_) {
      for (const auto& batch : group) unwritten_ += batch->events.size();
      for (const auto& batch : queue_) unwritten_ += batch->events.size();
      return false;
    }
    if (stopping_) wake_.wait_for(lock, kRetryPause, [] { return false; });
  }
}

}  // namespace longshore::shipper
