// One GELF 1.1 payload (a JSON object; docs/formats/gelf.md) as an event. What is not such an object is an event too, marked
// raw. Pure; keeps its parser's memory between calls.
#pragma once

#include <optional>
#include <string_view>

#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::shipper {

class GelfDecoder {
 public:
  // `payload` lies in the batch's arena and is the event's frame. Appends one event; `now` is its time if it names none.
  Event& decode(Batch& batch, Slice payload, base::Timestamp now);

 private:
  void read_members(Batch& batch, Event& event, Slice payload);

  JsonObject json_;
  Slice last_fields_;
};

// "1385053862.3072" as GELF means it: decimal seconds since 1970, every digit down to nanoseconds counts.
std::optional<base::Timestamp> parse_decimal_seconds(std::string_view text);

}  // namespace longshore::shipper
