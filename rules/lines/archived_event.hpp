// A line of shipper's archive (shipper/encode/json_line.hpp) as the event that it was. Pure.
#pragma once

#include <string_view>

#include "shipper/event/batch.hpp"
#include "shipper/json/json_object.hpp"

namespace longshore::rules {

// Whether it begins as such a line does.
bool looks_archived(std::string_view line);

// Adds the event. `object`: the line, read; `inner` is for what is inside it. False, and nothing is added, if it is not of
// shipper's shape after all. The frame is not known any more: it is the message.
bool add_archived_event(std::string_view line, const shipper::JsonObject& object, shipper::JsonObject& inner,
                        shipper::Batch& to);

}  // namespace longshore::rules
