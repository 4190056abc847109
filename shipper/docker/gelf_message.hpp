// One GELF 1.1 payload (a JSON object; docs/formats/gelf.md) as an event. What is not such an object is an event too, marked
// raw. Pure; keeps its parser's memory between calls.
#pragma once

#include "common/base/timestamp.hpp"
#include "shipper/event/batch.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::shipper {

class GelfDecoder {
 public:
  // `payload` lies in the batch's arena and is the event's frame. Appends one event; `now` is its time if it names none.
  void decode(Batch& batch, Slice payload, base::Timestamp now);

 private:
  JsonObject json_;
};

}  // namespace longshore::shipper
