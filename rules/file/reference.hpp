// What rule files may say, as documents made from the tables of their options: the reference page, and the JSON Schema that
// editors check them with while they are written. Pure.
#pragma once

#include <string>

namespace longshore::rules {

std::string rules_reference();    // docs/reference/rules.md
std::string rules_json_schema();  // rules/schema.json (JSON Schema 2020-12)

}  // namespace longshore::rules
