// Long container lines come as pieces (Docker cuts at 16 KiB) that name the whole they belong to. They are held here and
// come out as one event. Pure; loop thread; one for all connections of a source.
//
// What is held must not be lost once it was acknowledged, and an acknowledgement cannot wait for the last piece: Docker's
// driver sends the next piece only after the last one was acknowledged. So a piece that wants an acknowledgement is written
// into the batch as a checkpoint, which is durable together with everything else in it; the batch with the joined event also
// forgets the checkpoints. After a restart restore() takes the pieces back, and the sender's next piece finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/held_event.hpp"

namespace longshore::shipper {

struct PartialOptions {
  base::Duration timeout =
      std::chrono::seconds(5);        // since the last piece; then the pieces so far come out, marked kPartial
  std::size_t max_message = 1 << 20;  // bytes of a joined message; the rest is cut, marked kTruncated
  std::size_t max_held = 16 << 20;    // bytes of all pieces; above it the oldest come out, marked kPartial
  std::string checkpoint_prefix = "forward partial ";  // begins every checkpoint's key; another one for each source
};

class PartialJoiner {
 public:
  struct Piece {
    std::string_view id;        // of the whole, unique
    std::uint32_t ordinal = 1;  // counted from 1
    bool last = false;
    bool acknowledged = false;  // must survive a crash once the batch is durable
  };

  explicit PartialJoiner(PartialOptions options) : options_(std::move(options)) {}

  // `event` is a piece; its bytes are in the arena, from `mark` on (fields may stand before), and are taken out again.
  // Appends the whole if it is complete now. A piece that comes again (it was not acknowledged in time) is ignored.
  void add(Batch& batch, const Piece& piece, const Event& event, std::size_t mark, base::Timestamp now);
  // Takes a durable checkpoint back at start; ignored unless its key begins with checkpoint_prefix and its value is whole.
  void restore(std::string_view key, std::string_view value, base::Timestamp now);
  // Messages whose time is over come out; kNever takes all.
  void expire(Batch& batch, base::Timestamp now);
  base::Timestamp next_deadline() const;  // when expire() has work; kNever if nothing is held

  std::size_t held_bytes() const { return held_bytes_; }
  std::size_t held_messages() const { return wholes_.size(); }

 private:
  struct Held {
    HeldEvent event;
    std::string checkpoint;  // its key; empty if there is none
  };
  struct Whole {
    std::string id;
    base::Timestamp deadline;
    std::map<std::uint32_t, Held> pieces;  // by ordinal
    std::size_t text = 0;                  // bytes of all pieces' messages
    std::size_t bytes = 0;                 // what it costs
    std::uint32_t last = 0;                // ordinal of the last piece; 0 while unknown
    std::uint16_t flags = 0;
    bool complete() const { return last > 0 && pieces.size() == last && pieces.rbegin()->first == last; }
  };
  using Wholes = std::list<Whole>;  // the one that waits longest first

  Wholes::iterator find_or_add(std::string_view id, base::Timestamp now);
  Held& hold(Whole& whole, std::uint32_t ordinal, bool last, HeldEvent event);
  void emit(Batch& batch, Wholes::iterator whole);

  PartialOptions options_;
  Wholes wholes_;
  std::unordered_map<std::string_view, Wholes::iterator> by_id_;  // keys are Whole::id
  std::size_t held_bytes_ = 0;
};

}  // namespace longshore::shipper
