// Gathers events into payloads: encodes each once, by partition, up to a size or an age. Pure. One thread at a time.
//
// Memory: all open payloads together hold less than `max_bytes` and one event more; the largest is closed to stay under it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "shipper/encode/encoder.hpp"
#include "shipper/sinks/payload.hpp"

namespace longshore::shipper {

struct PayloadRules {
  EncoderOptions encoder = {};
  std::size_t max_bytes = 1'000'000;
  base::Duration linger = std::chrono::milliseconds(200);
  // What events of a source share with which others; empty function: all go together.
  std::function<std::string(const SourceInfo&)> partition = {};
  bool by_hour = false;  // and apart by hour of receipt
};

class PayloadBuilder {
 public:
  explicit PayloadBuilder(PayloadRules rules);

  // Takes events of `batch` from index `from` on, until the batch ends or a payload is complete; returns the index of the
  // first event not taken. `now` is any clock that only moves forward, the same in every call. Not while has_full().
  std::size_t add(const Batch& batch, std::size_t from, base::Duration now);

  bool has_full() const { return full_.has_value(); }
  Payload take_full();
  // The oldest open payload if it is due (opened `linger` before `now` or earlier), or, with `all`, whatever its age.
  std::optional<Payload> take_open(base::Duration now, bool all);
  // When take_open() will have something; nothing is open: Duration::max().
  base::Duration due() const;
  // The lowest sequence number in open and complete payloads; UINT64_MAX if there are none.
  std::uint64_t first_seq() const;
  std::uint64_t cut_events() const { return cut_events_; }  // whose message was too long for the sink, since the start

  // Takes the memory of a sent body back for the next one.
  void recycle(std::shared_ptr<std::string> body);

 private:
  struct Open {
    Payload payload;
    Output out;
    base::Duration since{};
  };
  std::size_t place_of(const Batch& batch, std::uint16_t source);
  std::size_t find_place(std::string partition, std::int64_t hour);
  Payload close(std::size_t index);
  void close_largest();

  PayloadRules rules_;
  Encoder encoder_;
  std::vector<Open> open_;
  std::optional<Payload> full_;
  std::size_t open_bytes_ = 0;
  std::uint64_t cut_events_ = 0;
  std::vector<std::string> spare_;
  std::vector<std::size_t> places_;  // by Event::source, in add(): an index into open_
};

}  // namespace longshore::shipper
