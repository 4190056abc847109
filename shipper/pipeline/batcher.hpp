// Collects what all sources read into one open batch and seals it when it is large or old enough: one batch becomes one
// block of the spool and one fdatasync (group commit). Also the place of transforms, rules and counting. Loop thread only.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/duration.hpp"
#include "rules/evaluator.hpp"
#include "shipper/event/drop_counter.hpp"
#include "shipper/pipeline/intake.hpp"
#include "shipper/spool/batch_pool.hpp"
#include "shipper/transform/chain.hpp"

namespace longshore::shipper {

// What became of a source's events: received = passed + dropped + held by a transform, at every moment.
struct SourceCounters : DropCounter {
  std::uint64_t received = 0;  // events, also those that were lost before they could be read (kernel drops)
  std::uint64_t bytes = 0;     // as read, with framing
  std::uint64_t passed = 0;    // events handed to the spool
};

struct BatcherOptions {
  base::Duration interval = std::chrono::milliseconds(50);
  base::Bytes group_size{1 << 20};
  bool seal_at_once = false;         // durability: always
  base::Bytes max_pending{8 << 20};  // sealed but not yet on disk; above it sources wait
};

class Batcher final : public Intake {
 public:
  // `sealed` takes each batch in order. `clock` and `evaluator` (may be null) outlive this.
  Batcher(boost::asio::any_io_executor loop, BatcherOptions options, const base::Clock& clock,
          std::function<void(std::shared_ptr<Batch>)> sealed);

  SourceId add_source(const SourceInfo& info) override;
  Batch& batch() override;
  void finish(SourceId source, std::size_t first_event, std::size_t wire_bytes) override;
  void drop(SourceId source, std::string_view reason, std::uint64_t count) override;
  bool accepting() const override { return pending_bytes_ < options_.max_pending.value; }
  io::Task<void> wait_accepting() override;
  bool ahead() const override { return sealed_batches_ != waited_for_ && sinks_behind_ && sinks_behind_(); }
  io::Task<void> wait_turn() override;

  void set_transforms(SourceId source, TransformChain chain);
  // Lets out what transforms have held back long enough; with Timestamp max all of it. Tells the rules the time. A few times
  // a second.
  void tick(base::Timestamp now);
  void set_evaluator(rules::Evaluator* evaluator) { evaluator_ = evaluator; }
  // Shown every event after the transforms, e.g. to `shipper tap`; null when nobody looks.
  bool observed() const { return observer_ != nullptr; }
  void set_observer(std::function<void(const Batch&, std::size_t first_event)> observer) { observer_ = std::move(observer); }

  // Asked by ahead(): whether healthy sinks have fallen behind what the spool holds in memory.
  void set_sinks_behind(std::function<bool()> sinks_behind) { sinks_behind_ = std::move(sinks_behind); }

  // Seals what there is, e.g. before the process ends.
  void flush();
  // A sealed batch is durable (or was given up): its bytes no longer count as pending, waiting sources go on.
  void settled(const Batch& batch);

  struct Source {
    SourceInfo info;
    SourceCounters counters;
    TransformChain chain;
  };
  const std::vector<Source>& sources() const { return sources_; }
  // Events that were received and are neither dropped nor in the spool yet.
  std::uint64_t pending_events() const;

 private:
  void set_source(const Source& from, std::size_t first_event);
  void pass_on(Source& from, std::size_t first_event);
  void seal_or_arm();
  void seal();
  void arm();
  void show_to_rules(std::size_t first_event);
  static std::size_t weight(const Batch& batch) { return batch.arena.size() + batch.events.size() * sizeof(Event); }

  BatcherOptions options_;
  const base::Clock& clock_;
  std::function<void(std::shared_ptr<Batch>)> sealed_;
  rules::Evaluator* evaluator_ = nullptr;
  std::function<void(const Batch&, std::size_t)> observer_;
  std::function<bool()> sinks_behind_;
  std::uint64_t sealed_batches_ = 0;
  std::uint64_t waited_for_ = 0;  // sealed_batches_ when a wait_turn() last ran to its end
  std::vector<Source> sources_;
  std::vector<rules::EventView> views_;
  std::shared_ptr<Batch> open_;
  BatchPool pool_;
  boost::asio::steady_timer seal_timer_;
  bool armed_ = false;
  boost::asio::steady_timer room_;  // a condition variable: cancelled when pending_bytes_ falls
  std::size_t pending_bytes_ = 0;
  std::uint64_t pending_events_ = 0;
};

}  // namespace longshore::shipper
