// Writes a JSON object member by member. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "common/base/utf8.hpp"

namespace longshore::rules {

class JsonObject {
 public:
  void text(std::string_view name, std::string_view value) {
    begin(name);
    base::append_json(out_, value);
  }
  void text_unless_empty(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  // `json`: a value as it stands.
  void value(std::string_view name, std::string_view json) {
    begin(name);
    out_ += json;
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

// Collects the values of a JSON array.
class JsonArray {
 public:
  void value(std::string_view json) {
    if (out_.size() > 1) out_ += ',';
    out_ += json;
  }
  void text(std::string_view text) {
    std::string json;
    base::append_json(json, text);
    value(json);
  }
  std::string take() { return std::move(out_) + "]"; }

 private:
  std::string out_ = "[";
};

}  // namespace longshore::rules
