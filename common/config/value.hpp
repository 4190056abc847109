// The kinds of value an option can have: how each is read from a node, printed so that it would be read again, and named in
// the reference. A unit belongs to a value ("30s", "64MiB"); a bare number is refused where one is needed.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/duration.hpp"
#include "common/config/node.hpp"

namespace longshore::config {

// read(): empty text, or what is wrong with the node.
template <class V>
struct Value;

std::string read_text(const Node& node, std::string& value);
std::string read_integer(const Node& node, std::int64_t& value, std::int64_t least, std::int64_t most);
std::string print_text(std::string_view value);  // quoted where YAML needs it

template <>
struct Value<std::string> {
  static std::string name() { return "text"; }
  static std::string read(const Node& node, std::string& value) { return read_text(node, value); }
  static std::string print(const std::string& value) { return print_text(value); }
};

template <>
struct Value<bool> {
  static std::string name() { return "true or false"; }
  static std::string read(const Node& node, bool& value);
  static std::string print(bool value) { return value ? "true" : "false"; }
};

template <std::integral V>
struct Value<V> {
  static std::string name() { return "number"; }
  static std::string read(const Node& node, V& value) {
    std::int64_t number = 0;
    constexpr std::int64_t kMost =
        sizeof(V) >= 8 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(std::numeric_limits<V>::max());
    std::string error = read_integer(node, number, static_cast<std::int64_t>(std::numeric_limits<V>::min()), kMost);
    if (error.empty()) value = static_cast<V>(number);
    return error;
  }
  static std::string print(V value) { return std::to_string(value); }
};

template <>
struct Value<base::Bytes> {
  static std::string name() { return "size"; }
  static std::string read(const Node& node, base::Bytes& value);
  static std::string print(base::Bytes value);
};

template <>
struct Value<base::Duration> {
  static std::string name() { return "duration"; }
  static std::string read(const Node& node, base::Duration& value);
  static std::string print(base::Duration value) { return base::format_duration(value); }
};

template <>
struct Value<std::vector<std::string>> {
  static std::string name() { return "list of texts"; }
  static std::string read(const Node& node, std::vector<std::string>& value);
  static std::string print(const std::vector<std::string>& value);
};

template <>
struct Value<std::map<std::string, std::string>> {
  static std::string name() { return "map of texts"; }
  static std::string read(const Node& node, std::map<std::string, std::string>& value);
  static std::string print(const std::map<std::string, std::string>& value);
};

template <>
struct Value<std::vector<std::pair<std::string, std::string>>> {
  static std::string name() { return "map of texts"; }
  static std::string read(const Node& node, std::vector<std::pair<std::string, std::string>>& value);
  static std::string print(const std::vector<std::pair<std::string, std::string>>& value);
};

}  // namespace longshore::config
