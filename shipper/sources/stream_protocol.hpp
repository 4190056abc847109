// What one stream connection speaks: bytes in, events out, perhaps an answer. Pure; one object a connection.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class StreamProtocol {
 public:
  static constexpr base::Timestamp kNever{INT64_MAX};
  virtual ~StreamProtocol() = default;

  // Puts the bytes carried over from the last read at the arena's end. What is read next goes right behind them.
  virtual void begin(Batch& batch) = 0;
  // `bytes`: what begin() put, and what was read behind it; they are the arena's end. Appends events, and takes an
  // incomplete rest out of the arena again. False: the peer broke the protocol beyond repair; the connection is closed (see
  // problem()).
  virtual bool feed(Batch& batch, Slice bytes, base::Timestamp now) = 0;
  // The peer has closed: what is still held becomes events.
  virtual void finish(Batch& batch, base::Timestamp now) = 0;
  // Lets messages out that have waited long enough for their rest; and when that is next.
  virtual void expire(Batch& batch, base::Timestamp now) { (void)batch, (void)now; }
  virtual base::Timestamp next_deadline() const { return kNever; }
  // Bytes held between reads.
  virtual std::size_t held() const = 0;
  // Why feed() said false.
  virtual std::string_view problem() const { return {}; }
  // Called once, before the first feed: bytes given to `answer` on the loop are written to the peer, in order. False: this
  // protocol never answers.
  virtual bool set_answer(std::function<void(std::string)> answer) { return (void)answer, false; }
};

// Makes the protocol of a new connection. `peer`: the other side's address as text, e.g. "192.0.2.7"; empty for unix
// sockets.
using StreamProtocolFactory = std::function<std::unique_ptr<StreamProtocol>(std::string_view peer)>;

}  // namespace longshore::shipper
