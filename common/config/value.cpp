#include "common/config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace longshore::config {
namespace {

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "";
}

// Adds "needs …" and says false if the node is not of the kind; what the text of a scalar is like, its reader says.
bool needs(const Spot& spot, Node::Kind kind, std::string_view what) {
  if (spot.node().kind == kind) return true;
  spot.wrong(fmt::format("needs {}, not {}", what, kind_name(spot.node().kind)));
  return false;
}

// Values that base parses, with their unit.
template <class V, class Parse>
bool read_with_unit(const Spot& spot, V& value, std::string_view what, Parse parse) {
  if (!needs(spot, Node::Kind::scalar, what)) return false;
  const auto parsed = parse(spot.node().scalar);
  if (!parsed) {
    spot.wrong(parsed.error().message);
    return false;
  }
  value = *parsed;
  return true;
}

bool is_plain(std::string_view text) {
  const auto alphanumeric = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  if (text.empty() || !std::all_of(text.begin(), text.end(), [&](char c) {
        return alphanumeric(c) || std::string_view("_./-").find(c) != std::string_view::npos;
      }))
    return false;
  // Words and numbers that other readers of YAML would not take for text.
  constexpr std::array kWords{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool like_number =
      text.front() == '-' || text.front() == '.' || std::isdigit(static_cast<unsigned char>(text.front())) != 0;
  return !like_number && std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

}  // namespace

bool read_text(const Spot& spot, std::string& value) {
  if (!needs(spot, Node::Kind::scalar, "a text")) return false;
  value = spot.node().scalar;
  return true;
}

bool read_integer(const Spot& spot, std::int64_t& value, std::int64_t least, std::int64_t most) {
  if (!needs(spot, Node::Kind::scalar, "a number")) return false;
  const std::string& text = spot.node().scalar;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (stop == text.data() || stop != text.data() + text.size()) {
    spot.wrong(fmt::format("\"{}\" is not a whole number", text));
    return false;
  }
  if (error != std::errc{} || value < least || value > most) {
    spot.wrong(fmt::format("{} is not between {} and {}", text, least, most));
    return false;
  }
  return true;
}

std::string print_text(std::string_view value) {
  if (is_plain(value)) return std::string(value);
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  return out + "\"";
}

bool Value<bool>::read(const Spot& spot, bool& value) {
  if (!needs(spot, Node::Kind::scalar, "true or false")) return false;
  const std::string& text = spot.node().scalar;
  if (text != "true" && text != "false") {
    spot.wrong(fmt::format("\"{}\" is not true or false", text));
    return false;
  }
  value = text == "true";
  return true;
}

bool Value<double>::read(const Spot& spot, double& value) {
  if (!needs(spot, Node::Kind::scalar, "a number")) return false;
  const std::string& text = spot.node().scalar;
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(number)) {
    spot.wrong(fmt::format("\"{}\" is not a number, e.g. 1.5", text));
    return false;
  }
  value = number;
  return true;
}

std::string Value<double>::print(double value) { return fmt::format("{}", value); }

bool Value<base::Bytes>::read(const Spot& spot, base::Bytes& value) {
  return read_with_unit(spot, value, "a size, e.g. \"64MiB\"", base::parse_bytes);
}

std::string Value<base::Bytes>::print(base::Bytes value) {
  constexpr std::array<std::pair<std::uint64_t, const char*>, 8> kUnits{{{1ULL << 40, "TiB"},
                                                                         {1'000'000'000'000, "TB"},
                                                                         {1ULL << 30, "GiB"},
                                                                         {1'000'000'000, "GB"},
                                                                         {1ULL << 20, "MiB"},
                                                                         {1'000'000, "MB"},
                                                                         {1ULL << 10, "KiB"},
                                                                         {1'000, "kB"}}};
  for (const auto& [factor, name] : kUnits)
    if (value.value >= factor && value.value % factor == 0) return std::to_string(value.value / factor) + name;
  return std::to_string(value.value) + "B";
}

bool Value<base::Duration>::read(const Spot& spot, base::Duration& value) {
  return read_with_unit(spot, value, "a duration, e.g. \"30s\"", base::parse_duration);
}

bool Value<std::vector<std::string>>::read(const Spot& spot, std::vector<std::string>& value) {
  if (!needs(spot, Node::Kind::list, "a list, e.g. [a, b]")) return false;
  std::vector<std::string> read(spot.node().list.size());
  bool good = true;
  for (std::size_t i = 0; i < read.size(); ++i) good = read_text(spot.item(i), read[i]) && good;
  if (good) value = std::move(read);
  return good;
}

std::string Value<std::vector<std::string>>::print(const std::vector<std::string>& value) {
  std::string out;
  for (const std::string& item : value) out += (out.empty() ? "[" : ", ") + print_text(item);
  return out.empty() ? out : out + "]";
}

bool Value<TextPairs>::read(const Spot& spot, TextPairs& value) {
  if (!needs(spot, Node::Kind::map, "a map, e.g. {a: b}")) return false;
  TextPairs read;
  bool good = true;
  for (const auto& [key, item] : spot.node().map)
    good = read_text(spot.option(key.scalar), read.emplace_back(key.scalar, "").second) && good;
  if (good) value = std::move(read);
  return good;
}

std::string Value<TextPairs>::print(const TextPairs& value) {
  std::string out;
  for (const auto& [key, item] : value) out += (out.empty() ? "{" : ", ") + print_text(key) + ": " + print_text(item);
  return out.empty() ? out : out + "}";
}

}  // namespace longshore::config
