#include "deployer/service/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/config/value.hpp"
#include "deployer/service/words.hpp"

namespace longshore::deployer::compose {
namespace {

using config::Node;
using config::Spot;

template <class V>
std::optional<V> read_value(const Spot& spot) {
  V value{};
  return config::Value<V>::read(spot, value) ? std::optional(std::move(value)) : std::nullopt;
}

// "1.5" and 1000 → 1500; nothing if it is no number, or does not fit.
std::optional<std::int64_t> scaled(std::string_view text, double factor) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || stop != text.data() + text.size() || !(number >= 0) || !(number * factor < 9e18))
    return std::nullopt;
  return std::llround(number * factor);
}

}  // namespace

std::optional<std::string> read_text(const Spot& spot) { return read_value<std::string>(spot); }
std::optional<bool> read_flag(const Spot& spot) { return read_value<bool>(spot); }
std::optional<std::int64_t> read_number(const Spot& spot) { return read_value<std::int64_t>(spot); }

// As Go writes them, which Compose does, too: 1h30m, 1.5s.
std::optional<base::Duration> read_duration(const Spot& spot) {
  constexpr std::array<std::pair<std::string_view, double>, 8> kUnits{
      {{"ns", 1}, {"us", 1e3}, {"\u00b5s", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"d", 86400e9}}};
  const auto text = read_text(spot);
  if (!text) return std::nullopt;
  std::int64_t sum = 0;
  std::string_view rest = *text;
  do {
    const std::size_t digits = std::min(rest.find_first_not_of("0123456789."), rest.size());
    const std::size_t end = std::min(rest.find_first_of("0123456789.", digits), rest.size());
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const auto& each) { return each.first == rest.substr(digits, end - digits); });
    const auto part = unit == kUnits.end() ? std::nullopt : scaled(rest.substr(0, digits), unit->second);
    if (!part || *part > std::numeric_limits<std::int64_t>::max() - sum) {
      spot.wrong(fmt::format("\"{}\" is no duration with its unit, e.g. 30s or 1m30s", *text));
      return std::nullopt;
    }
    sum += *part;
    rest.remove_prefix(end);
  } while (!rest.empty());
  return base::Duration(sum);
}

std::optional<std::int64_t> read_size(const Spot& spot) {
  const auto text = read_text(spot);
  if (!text) return std::nullopt;
  const std::size_t end = std::min(text->find_first_not_of("0123456789."), text->size());
  std::string unit = text->substr(end);
  std::erase(unit, ' ');
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (unit.size() > 1 && unit.ends_with('b')) unit.pop_back();
  if (unit.size() == 2 && unit.ends_with('i')) unit.pop_back();
  constexpr std::string_view kUnits = "bkmgtp";
  const std::size_t power = unit.empty() ? 0 : unit.size() == 1 ? kUnits.find(unit[0]) : std::string_view::npos;
  const auto size = power == std::string_view::npos
                        ? std::nullopt
                        : scaled(std::string_view(*text).substr(0, end), std::pow(1024.0, static_cast<double>(power)));
  if (!size) spot.wrong(fmt::format("\"{}\" is no size, e.g. 64m or 1gb", *text));
  return size;
}

std::optional<std::int64_t> read_decimal(const Spot& spot, std::int64_t factor) {
  const auto text = read_text(spot);
  if (!text) return std::nullopt;
  const auto number = scaled(*text, static_cast<double>(factor));
  if (!number) spot.wrong(fmt::format("\"{}\" is not a number, e.g. 0.5", *text));
  return number;
}

std::optional<std::vector<std::string>> read_texts(const Spot& spot) { return read_value<std::vector<std::string>>(spot); }

std::optional<std::vector<std::string>> read_text_or_texts(const Spot& spot) {
  if (spot.node().kind == Node::Kind::scalar) return std::vector{spot.node().scalar};
  return read_texts(spot);
}

std::optional<std::map<std::string, std::optional<std::string>>> read_pairs(const Spot& spot) {
  std::map<std::string, std::optional<std::string>> pairs;
  const std::size_t before = spot.problems();
  if (spot.node().kind == Node::Kind::map) {
    for (const auto& [key, value] : spot.node().map) {
      if (key.scalar.empty()) spot.at(key).wrong("a name must not be empty");
      pairs[key.scalar] = value.kind == Node::Kind::null ? std::nullopt : read_text(spot.option(key.scalar));
    }
  } else if (spot.node().kind == Node::Kind::list) {
    for (std::size_t i = 0; i < spot.node().list.size(); ++i) {
      const auto text = read_text(spot.item(i));
      if (!text) continue;
      const std::size_t equals = std::min(text->find('='), text->size());
      const std::string name = text->substr(0, equals);
      if (name.empty()) spot.item(i).wrong("needs a name before its =");
      const auto [at, fresh] = pairs.emplace(name, std::nullopt);
      if (!fresh) spot.item(i).wrong(fmt::format("\"{}\" stands twice", name));
      if (equals < text->size()) at->second = text->substr(equals + 1);
    }
  } else {
    spot.wrong("needs a map, or a list of NAME=VALUE");
  }
  return spot.problems() == before ? std::optional(std::move(pairs)) : std::nullopt;
}

std::optional<Json> read_map(const Spot& spot) {
  const auto pairs = read_pairs(spot);
  if (!pairs) return std::nullopt;
  Json map = Json::Map{};
  for (const auto& [name, value] : *pairs) map[name] = value.value_or("");
  return map;
}

std::optional<std::vector<std::string>> read_command(const Spot& spot) {
  if (spot.node().kind != Node::Kind::scalar) return read_texts(spot);
  auto words = split_words(spot.node().scalar);
  if (words) return std::move(*words);
  spot.wrong(words.error().message);
  return std::nullopt;
}

Json json_of(const std::vector<std::string>& texts) { return Json(Json::List(texts.begin(), texts.end())); }

std::function<void(const Spot&)> into(std::string& text) {
  return [&text](const Spot& spot) { text = read_text(spot).value_or(text); };
}
std::function<void(const Spot&)> into(bool& flag) {
  return [&flag](const Spot& spot) { flag = read_flag(spot).value_or(flag); };
}

bool is_given(const Spot& map, std::string_view key) {
  const Node* const value = map.node().find(key);
  return value != nullptr && value->kind != Node::Kind::null;
}

void read_members(const Spot& map, const std::vector<Member>& members) {
  if (map.node().kind != Node::Kind::map) return map.wrong("needs a map");
  std::vector<std::string> names;
  for (const Member& member : members) names.emplace_back(member.name);
  for (const auto& [key, value] : map.node().map) {
    const std::string& name = key.scalar;
    const auto known = std::find(names.begin(), names.end(), name);
    if (known == names.end() && !name.starts_with("x-"))
      map.at(key).wrong(config::unknown("key", name, names));
    else if (known != names.end() && value.kind != Node::Kind::null)
      members[static_cast<std::size_t>(known - names.begin())].read(map.option(name));
  }
}

bool is_absolute(std::string_view path) { return path.starts_with('/'); }

std::string clean_path(std::string_view path) {
  std::string out;
  for (const char c : path)
    if (c != '/' || out.empty() || out.back() != '/') out += c;
  if (out.size() > 1 && out.back() == '/') out.pop_back();
  return out;
}

}  // namespace longshore::deployer::compose
