// Attributes of an event, packed in the arena (common/base/packed_fields.hpp).
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "common/base/packed_fields.hpp"
#include "shipper/event/arena.hpp"

namespace longshore::shipper {

using base::Field;
using base::FieldKind;
using base::FieldReader;

// Appends one field at the arena's end. Fields of one event are appended one after the other: the event's slice is from the
// first's offset to the last's end.
inline Slice append_field(Arena& arena, FieldKind kind, std::string_view key, std::string_view value) {
  const auto key_size = static_cast<std::uint8_t>(key.size() > 255 ? 255 : key.size());
  const auto value_size = static_cast<std::uint32_t>(value.size());
  char* out = arena.reserve(6 + key_size + value.size()).data();
  out[0] = static_cast<char>(kind);
  out[1] = static_cast<char>(key_size);
  std::memcpy(out + 2, &value_size, 4);
  if (key_size > 0) std::memcpy(out + 6, key.data(), key_size);
  if (!value.empty()) std::memcpy(out + 6 + key_size, value.data(), value.size());
  return arena.commit(6 + key_size + value.size());
}

}  // namespace longshore::shipper
