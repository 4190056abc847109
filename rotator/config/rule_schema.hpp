// The table of a rule's options; config.cpp puts the tables together.
#pragma once

#include "common/config/schema.hpp"
#include "rotator/config/rule_options.hpp"

namespace longshore::rotator {

const config::Schema<RuleOptions>& rule_schema();
config::Rule<std::string> absolute_path();
config::Rule<std::vector<std::string>> absolute_paths();

}  // namespace longshore::rotator
