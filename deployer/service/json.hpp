// A JSON value to be written: the members of an object are sorted, so that the same value is always the same text. Texts are
// UTF-8. Pure.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace longshore::deployer::compose {

class Json {
 public:
  using List = std::vector<Json>;
  using Map = std::map<std::string, Json>;

  Json() = default;  // null
  Json(std::same_as<bool> auto value) : value_(value) {}
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  Json(I value) : value_(static_cast<std::int64_t>(value)) {}
  Json(std::string value) : value_(std::move(value)) {}
  Json(const char* value) : value_(std::string(value)) {}
  Json(List value) : value_(std::move(value)) {}
  Json(Map value) : value_(std::move(value)) {}

  Json& operator[](const std::string& key);  // of a map; null becomes an empty one first
  void push_back(Json value);                // to a list; null becomes an empty one first
  void sort();                               // of a list: by the text of its items

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  std::string text() const;  // without blanks

 private:
  void write(std::string& out) const;

  std::variant<std::monostate, bool, std::int64_t, std::string, List, Map> value_;
};

}  // namespace longshore::deployer::compose
