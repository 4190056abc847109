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
  static constexpr std::size_t kElsewhere = SIZE_MAX;
  std::string_view key;
  std::string_view value;  // text: without quotes and escapes; otherwise valid JSON, as it stands
  JsonType type = JsonType::null;
  std::size_t offset = kElsewhere;  // where `value` begins in the input; kElsewhere if escapes had to be resolved
};

class JsonObject {
 public:
  JsonObject();
  ~JsonObject();

  // The members in their order, duplicates included; views are valid until the next call. False: not one valid JSON object,
  // not UTF-8, nested deeper than 64, or over 16 MiB.
  bool read(std::string_view text);
  const std::vector<JsonMember>& members() const { return members_; }

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  std::vector<JsonMember> members_;
};

}  // namespace longshore::shipper
