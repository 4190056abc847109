// What a line encoder is told beside the event when a line would be over its sink's limit: see encoder.hpp, which asks again
// with less. Pure values; the message is a view into the batch.
#pragma once

#include <string_view>

namespace longshore::shipper {

struct LinePart {
  std::string_view message;
  bool truncated = false;  // `message` is a prefix of the event's: the marker follows it, and the line says "truncated"
  bool reduced = false;    // leave out structured data, fields and tags, and cut header fields to kReducedHeader bytes
};

inline constexpr std::string_view kCutMarker = " [truncated]";
inline constexpr std::size_t kReducedHeader = 255;

}  // namespace longshore::shipper
