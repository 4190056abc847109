// A set of rules made ready to run: all their queries in one index, their captures, groups and texts resolved to fields.
// Immutable; shared by any thread. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rules/alert/template.hpp"
#include "rules/file/rule_file.hpp"
#include "rules/match/query_set.hpp"

namespace longshore::rules {

struct Program {
  using RuleIndex = std::uint32_t;

  struct Extract {
    FieldId field;
    std::unique_ptr<re2::RE2> regex;
    std::vector<std::pair<std::string, int>> groups;  // names and numbers of its groups
  };
  struct Rule {
    const RuleSpec* spec;
    std::vector<Extract> extracts;  // those of `extract:`, then the named groups in regular expressions of `match:`
    std::vector<FieldId> group_by;
    std::optional<FieldId> value;                          // distinct, first_seen: the field that counts
    std::vector<std::pair<std::string, FieldId>> details;  // what the texts name of an event
    Template message, description, runbook;
    std::vector<std::pair<std::string, Template>> alert_details;
    std::string meaning;  // equal for two rules if what they count and how they group is the same
  };
  // What it means that a query matches.
  struct Role {
    enum class Kind : std::uint8_t { match, clear, ratio_of, step, mute };
    Kind kind;
    std::uint8_t step = 0;
    std::uint32_t owner = 0;  // a rule's index; of mute: the mute's
  };
  struct Mute {
    const MuteSpec* spec;
    bool of_events = false;  // only what its query matches
    std::vector<RuleIndex> rules;
  };

  RuleSet set;
  QuerySet queries;
  std::vector<Role> roles;  // by query; the queries of a rule stand together, those of mutes before all
  std::vector<Rule> rules;  // as in set.rules
  std::vector<Mute> mutes;  // as in set.mutes
};

// `set` has no problems.
std::shared_ptr<const Program> compile_rules(RuleSet set);

}  // namespace longshore::rules
