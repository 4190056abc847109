// RFC 5424 §6.3 structured data as a JSON object: [id a="1" b="2"] becomes {"id":{"a":"1","b":"2"}}. A name that stands
// twice in its element is told apart by trailing underscores, so that no value is lost.
#pragma once

#include <string_view>

#include "shipper/encode/output.hpp"

namespace longshore::shipper {

// Appends the object. What does not follow the grammar comes out as {"raw":"…"} whole. `readable_end`: see append_json_text.
void append_structured_data_json(Output& out, std::string_view structured_data, const char* readable_end);

// Whether `text` is one or more SD-ELEMENTs and nothing else, as a syslog line can carry it on.
bool is_structured_data(std::string_view text);

}  // namespace longshore::shipper
