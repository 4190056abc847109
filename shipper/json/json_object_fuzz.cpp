// The same text is also read with simdjson's DOM parser, which checks everything: both must agree on what an object is, and
// what is handed on as JSON must be JSON.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "shipper/json/json_object.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::shipper;
  static JsonObject reader;
  static simdjson::dom::parser twin;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const bool read = reader.read(text);
  simdjson::dom::object object;
  const auto error = twin.parse(text).get_object().get(object);
  // Numbers beyond 64 bits are numbers all the same, and we refuse nesting earlier.
  if (read && error != simdjson::SUCCESS && error != simdjson::NUMBER_ERROR) std::abort();
  const auto opened = std::count(text.begin(), text.end(), '[') + std::count(text.begin(), text.end(), '{');
  if (!read && error == simdjson::SUCCESS && opened <= JsonObject::kDeepest) std::abort();
  if (!read) return 0;
  for (const JsonMember& member : reader.members()) {
    if (text.substr(member.offset, member.plain) != member.value.substr(0, member.plain)) std::abort();
    if (member.type != JsonType::text && member.plain != member.value.size()) std::abort();
  }
  return 0;
}
