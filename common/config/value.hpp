// The kinds of plain value an option can have: how each is read, printed so that it would be read again, and named in the
// reference. A unit belongs to a value ("30s", "64MiB"); a bare number is refused where one is needed.
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
#include "common/config/spot.hpp"

namespace longshore::config {

// read(): false, with the problem added at the spot, leaves the value as it was. print(): empty if nothing is given.
template <class V>
struct Value;

bool read_text(const Spot& spot, std::string& value);
bool read_integer(const Spot& spot, std::int64_t& value, std::int64_t least, std::int64_t most);
std::string print_text(std::string_view value);  // quoted where YAML needs it; never empty

template <>
struct Value<std::string> {
  static std::string name() { return "text"; }
  static bool read(const Spot& spot, std::string& value) { return read_text(spot, value); }
  static std::string print(const std::string& value) { return value.empty() ? "" : print_text(value); }
};

template <>
struct Value<bool> {
  static std::string name() { return "true or false"; }
  static bool read(const Spot& spot, bool& value);
  static std::string print(bool value) { return value ? "true" : "false"; }
};

template <std::integral V>
struct Value<V> {
  static std::string name() { return "number"; }
  static bool read(const Spot& spot, V& value) {
    constexpr std::int64_t kMost = std::in_range<std::int64_t>(std::numeric_limits<V>::max())
                                       ? static_cast<std::int64_t>(std::numeric_limits<V>::max())
                                       : std::numeric_limits<std::int64_t>::max();
    std::int64_t number = 0;
    if (!read_integer(spot, number, std::numeric_limits<V>::min(), kMost)) return false;
    value = static_cast<V>(number);
    return true;
  }
  static std::string print(V value) { return std::to_string(value); }
};

template <>
struct Value<double> {  // finite
  static std::string name() { return "number with decimals"; }
  static bool read(const Spot& spot, double& value);
  static std::string print(double value);
};

template <>
struct Value<base::Bytes> {
  static std::string name() { return "size"; }
  static bool read(const Spot& spot, base::Bytes& value);
  static std::string print(base::Bytes value);
};

template <>
struct Value<base::Duration> {
  static std::string name() { return "duration"; }
  static bool read(const Spot& spot, base::Duration& value);
  static std::string print(base::Duration value) { return base::format_duration(value); }
};

template <>
struct Value<std::vector<std::string>> {
  static std::string name() { return "list of texts"; }
  static bool read(const Spot& spot, std::vector<std::string>& value);
  static std::string print(const std::vector<std::string>& value);
};

using TextPairs = std::vector<std::pair<std::string, std::string>>;  // in the order of the file
template <>
struct Value<TextPairs> {
  static std::string name() { return "map of texts"; }
  static bool read(const Spot& spot, TextPairs& value);
  static std::string print(const TextPairs& value);
};

template <>
struct Value<std::map<std::string, std::string>> {
  static std::string name() { return Value<TextPairs>::name(); }
  static bool read(const Spot& spot, std::map<std::string, std::string>& value) {
    TextPairs pairs;
    if (!Value<TextPairs>::read(spot, pairs)) return false;
    value = {pairs.begin(), pairs.end()};
    return true;
  }
  static std::string print(const std::map<std::string, std::string>& value) {
    return Value<TextPairs>::print({value.begin(), value.end()});
  }
};

}  // namespace longshore::config
