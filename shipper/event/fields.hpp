// Attributes of an event (container and file metadata, members of a JSON body, what `set` adds), packed in the arena:
//   fields = *( kind u8, key_size u8, value_size u32le, key, value )
// A value is text, or JSON that is known to be valid and goes out as it stands. Later wins where a key stands twice.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

enum class FieldKind : std::uint8_t { text = 0, json = 1 };

struct Field {
  FieldKind kind = FieldKind::text;
  std::string_view key;  // at most 255 bytes; longer keys are cut when appended
  std::string_view value;
};

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

// Walks packed fields. Total: damaged bytes end the walk, never leave the range.
class FieldReader {
 public:
  explicit FieldReader(std::string_view packed) : rest_(packed) {}
  bool next(Field& out) {
    if (rest_.size() < 6) return false;
    const auto key_size = static_cast<std::uint8_t>(rest_[1]);
    std::uint32_t value_size = 0;
    std::memcpy(&value_size, rest_.data() + 2, 4);
    if (rest_.size() - 6 < key_size || rest_.size() - 6 - key_size < value_size) return false;
    out = {static_cast<FieldKind>(rest_[0]), rest_.substr(6, key_size), rest_.substr(6U + key_size, value_size)};
    rest_.remove_prefix(6U + key_size + value_size);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace longshore::shipper
