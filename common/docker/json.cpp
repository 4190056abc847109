#include "common/docker/json.hpp"

#include <fmt/format.h>

#include <utility>

#include "common/base/json.hpp"

namespace longshore::docker {

std::string json_object(const std::map<std::string, std::string>& members) {
  base::JsonObject object;
  for (const auto& [key, value] : members) object.text(key, value);
  return object.take();
}

std::string label_filter(const std::vector<std::string>& labels) {
  base::JsonArray array;
  for (const std::string& label : labels) array.text(label);
  return base::JsonObject().value("label", array.take()).take();
}

std::string text_of(const JsonResult& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::string text_of(simdjson::dom::element value) { return text_of(JsonResult(std::move(value))); }

std::int64_t number_of(const JsonResult& value) {
  std::int64_t number = 0;
  return value.get(number) == simdjson::SUCCESS ? number : 0;
}

bool truth_of(const JsonResult& value) {
  bool truth = false;
  return value.get(truth) == simdjson::SUCCESS && truth;
}

std::map<std::string, std::string> texts_of(const JsonResult& value) {
  std::map<std::string, std::string> texts;
  simdjson::dom::object object;
  std::string_view text;
  if (value.get(object) == simdjson::SUCCESS)
    for (const auto& [key, member] : object)
      if (member.get(text) == simdjson::SUCCESS) texts.emplace(key, text);
  return texts;
}

base::Result<simdjson::dom::object> Json::object(std::string_view text, std::string_view what) {
  simdjson::dom::object object;
  if (parser_.parse(simdjson::padded_string(text)).get(object) == simdjson::SUCCESS) return object;
  return base::fail(base::Code::corrupt, fmt::format("the Docker API answers what is no {}", what));
}

base::Result<simdjson::dom::array> Json::array(std::string_view text, std::string_view what) {
  simdjson::dom::array array;
  if (parser_.parse(simdjson::padded_string(text)).get(array) == simdjson::SUCCESS) return array;
  return base::fail(base::Code::corrupt, fmt::format("the Docker API answers what is no {}", what));
}

}  // namespace longshore::docker
