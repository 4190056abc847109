// A folder of rule files, read and checked as a whole. The file system is handed in; nothing is written.
//
//   DIR/**/*.yaml, *.yml   one rule, or `rules:` with a list of them
//   DIR/**/defaults.yaml   `open`, `alert`, `mute`, `limits` for its folder and those below
//   DIR/mutes/*.yaml       one mute, or `mutes:` with a list of them
//   DIR/lists/*.txt        values for list(NAME), one a line, # comments; or *.yaml, a list
//
// Names that begin with a dot are passed over (also what a mounted ConfigMap keeps behind its links).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/file_system.hpp"
#include "common/base/zone.hpp"
#include "rules/file/query_reader.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

struct RuleSet {
  std::vector<RuleSpec> rules;  // in the order of the files' names
  std::vector<MuteSpec> mutes;
  NamedLists lists;
  std::map<std::string, base::Zone> zones;  // that schedules name
  // Lines of "file:line:column: path: what". With any problem the set is not to be used.
  std::string problems, warnings, hints;
};

RuleSet load_rules(const std::string& directory, base::FileSystem& files);

}  // namespace longshore::rules
