// Writes JSON (RFC 8259): what our programs answer, record and send. Reading is simdjson's.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace longshore::base {

// `text` as it stands in JSON, quotes included; what is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);

// An object, member by member: JsonObject().text("name", name).value("size", "12").take().
class JsonObject {
 public:
  JsonObject& text(std::string_view name, std::string_view value) { return this->value(name, json_text(value)); }
  JsonObject& text_unless_empty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : text(name, value);
  }
  // `json`: a value as it stands.
  JsonObject& value(std::string_view name, std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    out_.append(json_text(name)).append(":").append(json);
    return *this;
  }
  std::string take() { return std::move(out_) + "}"; }

 private:
  std::string out_ = "{";
};

class JsonArray {
 public:
  JsonArray& text(std::string_view text) { return value(json_text(text)); }
  JsonArray& value(std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    out_ += json;
    return *this;
  }
  std::string take() { return std::move(out_) + "]"; }

 private:
  std::string out_ = "[";
};

// "[…]" of one value for each item: json_array(nodes, [](const Node& node) { return json_text(node.name); }).
template <class Items, class Write>
std::string json_array(const Items& items, Write write) {
  JsonArray array;
  for (const auto& item : items) array.value(write(item));
  return array.take();
}

}  // namespace longshore::base
