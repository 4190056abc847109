#include "deployer/service/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace longshore::deployer::compose {
namespace {

void write_text(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20)
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  out += '"';
}

}  // namespace

Json& Json::operator[](const std::string& key) {
  if (std::holds_alternative<std::monostate>(value_)) value_.emplace<Map>();
  return std::get<Map>(value_)[key];
}

void Json::push_back(Json value) {
  if (std::holds_alternative<std::monostate>(value_)) value_.emplace<List>();
  std::get<List>(value_).push_back(std::move(value));
}

void Json::sort() {
  if (auto* const list = std::get_if<List>(&value_))
    std::sort(list->begin(), list->end(), [](const Json& a, const Json& b) { return a.text() < b.text(); });
}

std::string Json::text() const {
  std::string out;
  write(out);
  return out;
}

void Json::write(std::string& out) const {
  if (const auto* const flag = std::get_if<bool>(&value_)) {
    out += *flag ? "true" : "false";
  } else if (const auto* const number = std::get_if<std::int64_t>(&value_)) {
    out += std::to_string(*number);
  } else if (const auto* const text = std::get_if<std::string>(&value_)) {
    write_text(out, *text);
  } else if (const auto* const list = std::get_if<List>(&value_)) {
    out += '[';
    for (const Json& item : *list) {
      if (&item != list->data()) out += ',';
      item.write(out);
    }
    out += ']';
  } else if (const auto* const map = std::get_if<Map>(&value_)) {
    out += '{';
    for (auto member = map->begin(); member != map->end(); ++member) {
      if (member != map->begin()) out += ',';
      write_text(out, member->first);
      out += ':';
      member->second.write(out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace longshore::deployer::compose
