// Writes a JSON object member by member. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/base/utf8.hpp"

namespace longshore::deployer {

class JsonObject {
 public:
  // Left out if `value` is empty.
  JsonObject& text(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    begin(name);
    base::append_json(out_, value);
    return *this;
  }
  // `json`: a value as it stands.
  JsonObject& value(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
    return *this;
  }
  std::string take() { return std::move(out_) + "}"; }

 private:
  void begin(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    base::append_json(out_, name);
    out_ += ':';
  }
  std::string out_ = "{";
};

// "[…]" of one JSON value for each item.
template <class Items, class Write>
std::string json_array(const Items& items, Write write) {
  std::string out = "[";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += write(item);
  }
  return out + "]";
}

}  // namespace longshore::deployer
