// Docker's syslog and gelf drivers cut long lines into pieces of exactly 16,384 bytes and mark them in no way. A message of
// exactly that size is held until the next one of the same sender, which is taken for its continuation; if none comes soon,
// it was a message of that size. Pure; one object a connection (or a datagram socket).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/event/held_event.hpp"

namespace longshore::shipper {

struct SyslogPiecesOptions {
  base::Duration timeout = std::chrono::milliseconds(200);  // since the last piece
  std::size_t max_message = 1 << 20;  // bytes of a joined message; what is over it is cut and marked kTruncated
  std::size_t max_held = 64;          // messages held at a time; of more senders, messages pass as they are
};

class SyslogPieces {
 public:
  static constexpr std::size_t kPiece = 16'384;

  explicit SyslogPieces(SyslogPiecesOptions options = {}) : options_(options) {}

  // Looks at events[first …] as they were parsed. One comparison an event while nothing is held.
  void apply(Batch& batch, std::size_t first, base::Timestamp now);
  // Messages whose time is over come out; kNever takes all (the connection is closed).
  void expire(Batch& batch, base::Timestamp now);
  base::Timestamp next_deadline() const;  // kNever if nothing is held

 private:
  struct Held {
    HeldEvent event;
    base::Timestamp deadline;
  };
  SyslogPiecesOptions options_;
  std::map<std::string, Held> held_;  // by sender
  std::string key_;
};

}  // namespace longshore::shipper
