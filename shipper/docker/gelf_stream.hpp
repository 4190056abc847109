// GELF over TCP: messages end with NUL (Docker's gelf driver; a line feed is accepted too, as some senders use it), never
// compressed, never chunked. The functions have the shape of StreamProtocol. Pure; one object a connection.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/docker/gelf_message.hpp"
#include "shipper/event/batch.hpp"

namespace longshore::shipper {

class GelfStream {
 public:
  // `max_message`: bytes of a message; the rest of a longer one is skipped, it is kept raw and marked kTruncated.
  explicit GelfStream(std::size_t max_message = 1 << 20) : max_message_(max_message) {}

  void begin(Batch& batch);
  void feed(Batch& batch, Slice bytes, base::Timestamp now);
  void finish(Batch& batch, base::Timestamp now);  // the peer has closed: an unfinished message becomes an event
  std::size_t held() const { return rest_.size(); }

 private:
  void take(Batch& batch, Slice message, bool cut, base::Timestamp now);

  std::size_t max_message_;
  std::string rest_;       // an incomplete message
  bool skipping_ = false;  // the rest of a message that was too long
  GelfDecoder decoder_;
};

}  // namespace longshore::shipper
