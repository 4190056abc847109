// Long container lines come as pieces (Docker cuts at 16 KiB) that name the whole they belong to. They are held here and
// come out as one event. Pure; loop thread; one for all connections of a source.
//
// What is held must not be lost when it was acknowledged, and an acknowledgement cannot wait for the last piece: Docker's
// driver sends the next piece only after the last one was acknowledged. So a piece that wants an acknowledgement is written
// to the batch as a checkpoint, durable together with everything else in it; the checkpoint is forgotten in the same batch
// that holds the joined event. After a restart restore() takes the pieces back, and the sender's next piece finds them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

struct PartialOptions {
  base::Duration timeout =
      std::chrono::seconds(5);                 // since the first piece; then the pieces so far come out, marked kPartial
  std::size_t max_message = 1 << 20;           // bytes of a joined message; what is over it is cut and marked kTruncated
  std::size_t max_held = 16 << 20;             // bytes of all pieces; above it the oldest message comes out, marked kPartial
  std::string checkpoint_prefix = "partial ";  // begins every checkpoint's key; one for each source
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

  // `event` is a piece whose bytes are in `batch`; it is not among the batch's events. Appends the whole if it is complete.
  void add(Batch& batch, const Piece& piece, const Event& event, base::Timestamp now);
  // Brings back a durable piece at start; `key` begins with checkpoint_prefix, `value` is what was written. Damaged ones are
  // ignored.
  void restore(std::string_view key, std::string_view value, base::Timestamp now);
  // Messages whose time is over come out. Call it when next_deadline() has passed.
  void expire(Batch& batch, base::Timestamp now);
  // When expire() has work; kNever if nothing is held.
  base::Timestamp next_deadline() const;

  std::size_t held_bytes() const { return held_bytes_; }
  std::size_t held_messages() const { return wholes_.size(); }
  std::uint64_t pieces_held() const { return pieces_held_; }

 private:
  struct Held {
    std::string packed;  // app, fields, text …, in the form of fields.hpp: also the checkpoint's value
    bool acknowledged = false;
  };
  struct Whole {
    base::Timestamp deadline;
    std::map<std::uint32_t, Held> pieces;  // by ordinal
    std::uint32_t last = 0;                // ordinal of the last piece; 0 while unknown
    bool complete() const { return last > 0 && pieces.size() == last; }
  };
  using Wholes = std::map<std::string, Whole, std::less<>>;

  Wholes::iterator emit(Batch& batch, Wholes::iterator whole);
  std::string checkpoint_key(std::string_view id, std::uint32_t ordinal) const;

  PartialOptions options_;
  Wholes wholes_;
  std::size_t held_bytes_ = 0;
  std::uint64_t pieces_held_ = 0;
};

}  // namespace longshore::shipper
