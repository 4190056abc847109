// One JSON object (RFC 8259) read member by member. The only file of shipper that knows simdjson. Total: what is not one
// valid object in whole is said to be none; depth and size are bounded. Pure; keeps memory between calls; one thread at a
// time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace longshore::shipper {

enum class JsonType : std::uint8_t { text, number, boolean, null, object, array };

struct JsonMember {
  std::string_view key;    // without quotes and escapes
  std::string_view value;  // text: without quotes and escapes; otherwise valid JSON, as it stands
  JsonType type = JsonType::null;
  // The first `plain` bytes of value stand in the input at `offset`: all of it, unless escapes had to be resolved.
  std::size_t offset = 0;
  std::size_t plain = 0;
};

class JsonObject {
 public:
  static constexpr std::size_t kLargest = 16 << 20;  // bytes
  static constexpr unsigned kDeepest = 64;           // objects and arrays inside one another

  JsonObject();
  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(JsonObject&&) noexcept;
  ~JsonObject();

  // False: not one valid JSON object (UTF-8, no text behind it), too deep or too large; there are no members then.
  bool read(std::string_view text);
  // In their order, duplicates included. Views are valid until the next read().
  const std::vector<JsonMember>& members() const { return members_; }

 private:
  struct Parser;
  bool read_members(std::string_view text);

  std::unique_ptr<Parser> parser_;  // made at the first read
  std::vector<JsonMember> members_;
};

}  // namespace longshore::shipper
