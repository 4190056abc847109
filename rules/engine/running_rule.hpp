// One rule of the engine: its state, its mutes, and its open alerts as they were last told. Private to the engine.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "rules/engine/engine.hpp"

namespace longshore::rules {

inline const std::string kRollUp = "roll-up";  // instead of a group; no packed group is so

struct Engine::Running {
  explicit Running(const Program::Rule& made) : rule(&made), state(*made.spec) {}
  const Program::Rule* rule;
  RuleState state;
  std::vector<const MuteSpec*> mutes = {};                    // that name it and have no query
  MuteState mute = {.muted = false, .why = {}, .until = {}};  // to be found out
  bool expects = false;                                       // has been told which groups to expect
  bool event_mutes = false;                                   // some mute with a query names it
  std::unordered_map<std::string, AlertChange> open = {};     // by group, as last told
  base::Timestamp last_match = {};
};

}  // namespace longshore::rules
