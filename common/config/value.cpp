#include "common/config/value.hpp"

#include <fmt/format.h>

#include <charconv>

namespace longshore::config {
namespace {

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "";
}

std::string expected(std::string_view what, const Node& node) {
  if (node.kind == Node::Kind::scalar) return fmt::format("\"{}\" is not {}", node.scalar, what);
  return fmt::format("needs {}, not {}", what, kind_name(node));
}

template <class Pairs>
std::string read_pairs(const Node& node, Pairs& pairs) {
  if (node.kind != Node::Kind::map) return expected("a map of texts", node);
  for (const auto& [key, item] : node.map) {
    std::string text;
    if (std::string error = read_text(item, text); !error.empty()) return fmt::format("\"{}\" {}", key.scalar, error);
    pairs.insert(pairs.end(), {key.scalar, std::move(text)});
  }
  return {};
}

template <class Pairs>
std::string print_pairs(const Pairs& pairs) {
  std::string out;
  for (const auto& [key, item] : pairs)
    out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", print_text(key), print_text(item));
  return "{" + out + "}";
}

}  // namespace

std::string read_text(const Node& node, std::string& value) {
  if (node.kind != Node::Kind::scalar) return expected("a text", node);
  value = node.scalar;
  return {};
}

std::string read_integer(const Node& node, std::int64_t& value, std::int64_t least, std::int64_t most) {
  if (node.kind != Node::Kind::scalar) return expected("a number", node);
  // 0644 is octal, as file modes are written; all else is decimal.
  const bool octal = node.scalar.size() > 1 && node.scalar[0] == '0';
  const char* const end = node.scalar.data() + node.scalar.size();
  const auto [stop, error] = std::from_chars(node.scalar.data(), end, value, octal ? 8 : 10);
  if (error != std::errc{} || stop != end) return expected("a whole number", node);
  if (value < least || value > most) return fmt::format("{} is out of range ({} to {})", value, least, most);
  return {};
}

std::string print_text(std::string_view value) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
  if (!value.empty() && value.find_first_not_of(kPlain) == std::string_view::npos && value.front() != '-' &&
      value != "true" && value != "false" && value != "null" && (value.front() < '0' || value.front() > '9'))
    return std::string(value);
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

std::string Value<bool>::read(const Node& node, bool& value) {
  if (node.kind != Node::Kind::scalar || (node.scalar != "true" && node.scalar != "false"))
    return expected("true or false", node);
  value = node.scalar == "true";
  return {};
}

std::string Value<base::Bytes>::read(const Node& node, base::Bytes& value) {
  if (node.kind != Node::Kind::scalar) return expected("a size, e.g. \"64MiB\"", node);
  const auto bytes = base::parse_bytes(node.scalar);
  if (!bytes) return bytes.error().message;
  value = *bytes;
  return {};
}

std::string Value<base::Bytes>::print(base::Bytes value) {
  constexpr std::pair<std::uint64_t, const char*> kUnits[] = {{1ULL << 30, "GiB"}, {1'000'000'000, "GB"},
                                                              {1ULL << 20, "MiB"}, {1'000'000, "MB"},
                                                              {1ULL << 10, "KiB"}, {1'000, "kB"}};
  for (const auto& [factor, name] : kUnits)
    if (value.value >= factor && value.value % factor == 0) return std::to_string(value.value / factor) + name;
  return std::to_string(value.value) + "B";
}

std::string Value<base::Duration>::read(const Node& node, base::Duration& value) {
  if (node.kind != Node::Kind::scalar) return expected("a duration, e.g. \"30s\"", node);
  const auto duration = base::parse_duration(node.scalar);
  if (!duration) return duration.error().message;
  value = *duration;
  return {};
}

std::string Value<std::vector<std::string>>::read(const Node& node, std::vector<std::string>& value) {
  if (node.kind != Node::Kind::list) return expected("a list of texts, e.g. [a, b]", node);
  for (const Node& item : node.list)
    if (std::string error = read_text(item, value.emplace_back()); !error.empty()) return error;
  return {};
}

std::string Value<std::vector<std::string>>::print(const std::vector<std::string>& value) {
  std::string out;
  for (const std::string& item : value) out += (out.empty() ? "" : ", ") + print_text(item);
  return "[" + out + "]";
}

std::string Value<std::map<std::string, std::string>>::read(const Node& node, std::map<std::string, std::string>& value) {
  return read_pairs(node, value);
}
std::string Value<std::map<std::string, std::string>>::print(const std::map<std::string, std::string>& value) {
  return print_pairs(value);
}
std::string Value<std::vector<std::pair<std::string, std::string>>>::read(
    const Node& node, std::vector<std::pair<std::string, std::string>>& value) {
  return read_pairs(node, value);
}
std::string Value<std::vector<std::pair<std::string, std::string>>>::print(
    const std::vector<std::pair<std::string, std::string>>& value) {
  return print_pairs(value);
}

}  // namespace longshore::config
