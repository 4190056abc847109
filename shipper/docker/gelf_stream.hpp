// GELF over TCP: messages end with NUL, as Docker's gelf driver sends them, or with a line feed, as some others do; the
// first end that is seen decides for the connection. Never compressed, never chunked. Pure; one object a connection.
//
// The functions have the shape of StreamProtocol (shipper/sources/stream_protocol.hpp).
#pragma once

#include <cstddef>
#include <string>

#include "common/base/timestamp.hpp"
#include "shipper/docker/gelf_message.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class GelfStream {
 public:
  // `max_message`: bytes of a message; a longer one is cut there, kept raw and marked kTruncated.
  explicit GelfStream(std::size_t max_message = 1 << 20) : max_message_(max_message) {}

  // Puts what is held at the arena's end; what is read next goes right behind it.
  void begin(Batch& batch);
  // `bytes`: what begin() put and what was read behind it; they are the arena's end. An incomplete message is taken out
  // again.
  void feed(Batch& batch, Slice bytes, base::Timestamp now);
  // The peer has closed: an unfinished message becomes an event.
  void finish(Batch& batch, base::Timestamp now);
  std::size_t held() const { return rest_.size(); }

 private:
  void take(Batch& batch, Slice message, base::Timestamp now);

  std::size_t max_message_;
  std::string rest_;  // an incomplete message
  bool decided_ = false;
  char end_ = '\0';
  bool skipping_ = false;  // until the end of a message that was too long
  GelfDecoder decoder_;
};

}  // namespace longshore::shipper
