// The tables of options of rule files, defaults.yaml and mutes: they read the files, and write the reference page and
// rules/schema.json.
#pragma once

#include "common/config/schema.hpp"
#include "rules/file/rule_text.hpp"

namespace longshore::rules {

const config::Schema<DefaultsText>& defaults_schema();
const config::Schema<RuleText>& rule_schema();
const config::Schema<MuteText>& mute_schema();
const config::Schema<WhenText>& when_schema();  // in when_schema.cpp
const config::Schema<TestText>& test_schema();  // in test_schema.cpp

// Lets people write one thing where a list of texts stands, and a line of a test without a map around it.
void spread(config::Node& node, const config::Table& table);

// A rule of a text that is looked at later, with the name of its kind for the reference page.
config::Rule<std::string> kind_of_text(const char* name);

}  // namespace longshore::rules
