#include "deployer/service/json.hpp"

#include "common/base/utf8.hpp"

namespace longshore::deployer::compose {

Json& Json::operator[](const std::string& key) {
  if (std::holds_alternative<std::monostate>(value_)) value_.emplace<Map>();
  return std::get<Map>(value_)[key];
}

void Json::push_back(Json value) {
  if (std::holds_alternative<std::monostate>(value_)) value_.emplace<List>();
  std::get<List>(value_).push_back(std::move(value));
}

void Json::sort() {
  auto* const list = std::get_if<List>(&value_);
  if (list == nullptr) return;
  std::multimap<std::string, Json> sorted;  // each text is written once
  for (Json& item : *list) sorted.emplace(item.text(), std::move(item));
  list->clear();
  for (auto& [text, item] : sorted) list->push_back(std::move(item));
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
    base::append_json(out, *text);
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
      base::append_json(out, member->first);
      out += ':';
      member->second.write(out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace longshore::deployer::compose
