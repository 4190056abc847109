// JSON as the Engine API needs it: members read without a word where they are missing or of another type, because daemons of
// many versions answer. For this folder.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::docker {

using JsonResult = simdjson::simdjson_result<simdjson::dom::element>;

std::string json_object(const std::map<std::string, std::string>& members);  // of texts

// "{\"label\":[\"KEY=VALUE\",…]}", as a filter of the API's lists.
std::string label_filter(const std::vector<std::string>& labels);

std::string text_of(const JsonResult& value);  // empty if it is no string
std::string text_of(simdjson::dom::element value);
std::int64_t number_of(const JsonResult& value);
bool truth_of(const JsonResult& value);
std::map<std::string, std::string> texts_of(const JsonResult& value);  // members of an object that are strings

// Owns what it has parsed. Code::corrupt: "the Docker API answers what is no WHAT".
class Json {
 public:
  base::Result<simdjson::dom::object> object(std::string_view text, std::string_view what);
  base::Result<simdjson::dom::array> array(std::string_view text, std::string_view what);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace longshore::docker
