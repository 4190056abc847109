// Attributes of an event (container and file metadata, members of a JSON body, what `set` adds), packed one after the other:
//   fields = *( kind u8, key_size u8, value_size u32le, key, value )
// A value is text, or JSON that is known to be valid and goes out as it stands. Later wins where a key stands twice.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace longshore::base {

enum class FieldKind : std::uint8_t { text = 0, json = 1 };

struct Field {
  FieldKind kind = FieldKind::text;
  std::string_view key;  // at most 255 bytes; longer keys are cut when appended
  std::string_view value;
};

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

}  // namespace longshore::base
