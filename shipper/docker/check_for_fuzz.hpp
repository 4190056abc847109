// What must hold of a batch whatever the input was. Fuzz code only.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "shipper/event/batch.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::shipper {

// Aborts unless every slice lies in the arena, and what is said to be JSON is JSON.
inline void check_batch(const Batch& batch) {
  static JsonObject json;
  for (const Event& event : batch.events) {
    for (const Slice slice : {event.frame, event.message, event.structured_data, event.fields, event.host(), event.app(),
                              event.procid(), event.msgid()})
      if (std::uint64_t{slice.offset} + slice.size > batch.arena.size()) std::abort();
    std::size_t walked = 0;
    FieldReader reader(batch.text(event.fields));
    for (Field field; reader.next(field); walked += 6 + field.key.size() + field.value.size())
      if (field.kind == FieldKind::json && field.value.size() < 10'000 &&
          !json.read("{\"k\":" + std::string(field.value) + "}"))
        std::abort();
    if (walked != event.fields.size) std::abort();
  }
}

}  // namespace longshore::shipper
