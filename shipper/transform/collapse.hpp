// `collapse`: a storm of equal messages becomes its first one, at once, and one summary with the exact count of the others
// when the window ends. Equal: same host, app, severity and text (the source is the chain's own).
//
// The sum holds at every moment: of N equal events one has passed, one is held back (it will be the summary), and N - 2 are
// counted as dropped, "collapsed". What a crash takes is the count of at most one window; the first message was passed on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shipper/event/held_event.hpp"
#include "shipper/transform/transform.hpp"
#include "shipper/transform/where.hpp"

namespace longshore::shipper {

class Collapse final : public Transform {
 public:
  static constexpr std::size_t kLargest = 64 << 10;   // bytes; larger messages pass as they are
  static constexpr std::size_t kMostBytes = 8 << 20;  // of all messages that are watched

  static base::Result<Collapse> make(const CollapseOptions& options);
  void apply(Batch& batch, std::size_t first, base::Timestamp now, DropCounter& dropped) override;
  // Appends the summaries of windows that are over; kNever takes all.
  void flush(Batch& batch, base::Timestamp now) override;
  base::Timestamp next_deadline() const override;
  std::uint64_t held() const override { return held_; }

 private:
  struct Watched {
    std::string text;  // what must be equal
    std::uint64_t hash = 0;
    std::size_t bytes = 0;
    base::Timestamp deadline;
    std::uint64_t repeated = 0;  // after the first
    HeldEvent summary;           // of the first repeat; empty before
    std::int64_t first_ns = 0, last_ns = 0;
  };
  using Watch = std::list<Watched>;  // the window that ends first is first

  Collapse(const CollapseOptions& options, Where where)
      : window_(options.window), max_distinct_(options.max_distinct), where_(std::move(where)) {}
  // True if the event leaves the batch.
  bool repeats(const Batch& batch, const Event& event, base::Timestamp now, DropCounter& dropped);
  void watch(base::Timestamp now, std::uint64_t hash);
  void summarise(Batch& batch, Watched& watched);
  void forget(Watch::iterator watched);

  base::Duration window_;
  std::size_t max_distinct_;
  Where where_;
  Watch watch_;
  std::unordered_map<std::uint64_t, Watch::iterator> by_hash_;
  std::size_t bytes_ = 0;
  std::uint64_t held_ = 0;
  std::string text_;
};

}  // namespace longshore::shipper
