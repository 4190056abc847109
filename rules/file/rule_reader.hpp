// One rule or mute: from its map in a file to a checked spec.
#pragma once

#include <functional>
#include <string>

#include "common/config/spot.hpp"
#include "rules/file/query_reader.hpp"
#include "rules/file/rule_text.hpp"

namespace longshore::rules {

// What a rule names outside of its file; nothing is asked unless it is given. The answer: what is wrong, or nothing.
struct Named {
  std::function<std::string(const std::string& name)> time_zone;
  std::function<std::string(const std::string& path)> test_file;
};

// What stands around the rule: all outlives the call. `folder`: of the file, with a slash at the end, or empty.
struct RuleSurroundings {
  std::string_view file_text;
  std::string file, folder;
  const DefaultsText& defaults;
  const NamedLists& lists;
  const Named& named;
  Findings& findings;
};

// Of use only if no error was added.
RuleSpec read_rule(const config::Spot& spot, const RuleSurroundings& around);
MuteSpec read_mute(const config::Spot& spot, const RuleSurroundings& around);
// Values of defaults.yaml over those of the folder above.
DefaultsText read_defaults(const config::Spot& spot, const RuleSurroundings& around);

// a-z, 0-9 and . _ -; at most 100.
bool is_rule_id(std::string_view id);

}  // namespace longshore::rules
