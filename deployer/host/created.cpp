#include "deployer/host/created.hpp"

#include <simdjson.h>

namespace longshore::deployer {

bool is_created_by(std::string_view body, const std::map<std::string, std::string>& labels, std::string_view status) {
  simdjson::dom::parser parser;
  simdjson::dom::object wanted;
  if (status != "created" || parser.parse(simdjson::padded_string(body))["Labels"].get(wanted) != simdjson::SUCCESS)
    return false;
  for (const auto& [key, value] : wanted) {
    const auto found = labels.find(std::string(key));
    std::string_view text;
    if (found == labels.end() || value.get(text) != simdjson::SUCCESS || found->second != text) return false;
  }
  return wanted.size() > 0;
}

}  // namespace longshore::deployer
