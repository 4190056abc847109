#include "shipper/sources/file_source.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "common/io/sleep.hpp"
#include "common/io/task_group.hpp"
#include "shipper/sources/file_watch.hpp"
#include "shipper/sources/own_host.hpp"
#include "shipper/tail/tailer.hpp"

namespace longshore::shipper {
namespace {

using boost::asio::posix::stream_descriptor;

constexpr std::size_t kTurn = 256 << 10;  // bytes between two looks at the rest of the world
// A writer that logs all the time wakes us at most this often: what came meanwhile is read together.
constexpr auto kPause = std::chrono::milliseconds(15);
// Where inotify sees everything, polling is only the safety net.
constexpr int kRareFactor = 10;

class FileSource final : public Source {
 public:
  FileSource(const FileSourceOptions& options, std::unique_ptr<Tailer> tailer, const SourceParts& parts)
      : options_(options),
        loop_(parts.loop),
        id_(parts.id),
        intake_(parts.intake),
        clock_(parts.clock),
        tailer_(std::move(tailer)),
        tasks_(parts.loop) {}

  void start() override {
    tasks_.spawn("files", follow());
    if (watch_.descriptor() >= 0) tasks_.spawn("inotify", watch());
  }

  void expire(base::Timestamp now) override {
    work([&](Batch& batch, DropCounter&) {
      tailer_->expire(batch, now);
      return std::size_t{0};
    });
  }

  io::Task<void> stop() override {
    tasks_.cancel();
    co_await tasks_.join();
  }

  std::map<std::string, std::int64_t> gauges() const override {
    const TailStats stats = tailer_->stats();
    return {{"files", static_cast<std::int64_t>(stats.files)},
            {"open", static_cast<std::int64_t>(stats.open)},
            {"behind_bytes", static_cast<std::int64_t>(stats.behind_bytes)},
            {"truncations", static_cast<std::int64_t>(stats.truncations)},
            {"recovered_bytes", static_cast<std::int64_t>(stats.recovered_bytes)},
            {"lost_bytes", static_cast<std::int64_t>(stats.lost_bytes)}};
  }

 private:
  // Lets `job(batch, lost)` add events and checkpoints; it returns the bytes it read.
  template <class Job>
  std::size_t work(Job job) {
    Batch& batch = intake_.batch();
    const std::size_t first = batch.events.size();
    DropCounter lost;
    const std::size_t bytes = job(batch, lost);
    intake_.finish(id_, first, bytes);
    for (const auto& [reason, count] : lost.dropped) intake_.drop(id_, reason, count);
    return bytes;
  }

  void scan() {
    work([&](Batch& batch, DropCounter& lost) {
      tailer_->scan(batch, clock_.now(), lost);
      return std::size_t{0};
    });
    watch_.watch(tailer_->folders());
  }
  void look() {
    work([&](Batch& batch, DropCounter& lost) {
      tailer_->look_at_all(batch, clock_.now(), lost);
      return std::size_t{0};
    });
  }

  io::Task<void> follow() {
    scan();
    look();
    int quiet = 0;
    for (;;) {
      for (;;) {
        if (!intake_.accepting()) co_await intake_.wait_accepting();
        if (intake_.ahead()) co_await intake_.wait_turn();
        const std::size_t bytes =
            work([&](Batch& batch, DropCounter& lost) { return tailer_->read_some(batch, clock_.now(), kTurn, lost); });
        if (bytes == 0) break;
        co_await boost::asio::post(loop_, boost::asio::use_awaitable);
      }
      co_await io::sleep_for(kPause);
      if (!std::exchange(changed_, false)) {
        news_.expires_after(options_.poll_interval);
        const auto [error] = co_await news_.async_wait(io::kNoThrow);
        if (!error) {  // the time is over, inotify has said nothing
          ++quiet;
          if (!watch_.complete() || quiet % kRareFactor == 0) {
            scan();
            look();
          }
        }
        changed_ = false;
      }
      if (std::exchange(names_changed_, false)) {
        scan();
        look();
      }
    }
  }

  io::Task<void> watch() {
    stream_descriptor watched(loop_, ::dup(watch_.descriptor()));
    for (;;) {
      const auto [error] = co_await watched.async_wait(stream_descriptor::wait_read, io::kNoThrow);
      if (error) co_return;
      FileWatch::Changes changes = watch_.read();
      for (const std::string& path : changes.grown) tailer_->touch(path);
      changed_ = true;
      names_changed_ = names_changed_ || changes.names;
      news_.cancel();
      co_await io::sleep_for(kPause);
    }
  }

  FileSourceOptions options_;
  boost::asio::any_io_executor loop_;
  SourceId id_;
  Intake& intake_;
  const base::Clock& clock_;
  std::unique_ptr<Tailer> tailer_;
  FileWatch watch_;
  boost::asio::steady_timer news_{loop_};
  bool changed_ = false;
  bool names_changed_ = false;
  io::TaskGroup tasks_;  // last: its tasks use all the rest
};

}  // namespace

base::Result<std::unique_ptr<Source>> make_file_source(const FileSourceOptions& options, const base::Zone& zone,
                                                       const SourceParts& parts) {
  TRY(tailer, Tailer::make(options, own_host(), zone));
  tailer->restore(parts.checkpoints);
  return std::make_unique<FileSource>(options, std::move(tailer), parts);
}

}  // namespace longshore::shipper
