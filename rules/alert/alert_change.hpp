// What the engine hands to delivery: a step in the life of one alert. Complete in itself, so that it can wait on disk.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/timestamp.hpp"

namespace longshore::rules {

enum class Priority { p1 = 1, p2, p3, p4, p5 };

struct Responder {
  enum class Kind : std::uint8_t { team, user, escalation, schedule };
  Kind kind = Kind::team;
  std::string name = {};
  bool operator==(const Responder&) const = default;
};

struct AlertChange {
  enum class Kind {
    open,    // a new episode: page somebody
    repeat,  // the same episode goes on: `count` has grown
    note,    // something to know about an open alert
    close,   // the episode is over
  };
  Kind kind = Kind::open;
  std::string rule = {};     // the rule's id
  std::string alias = {};    // names the alert at every sink: one open alert at a time; at most 512 bytes, UTF-8
  std::string episode = {};  // alias and the time of its opening: the same for all changes of one episode, for no others
  std::vector<std::string> group = {};  // values of the rule's group_by, in its order; empty for the roll-up of many
  base::Timestamp at = {};              // event time
  std::uint64_t count = 0;              // matches in this episode so far
  Priority priority = Priority::p3;
  std::string message = {}, description = {};  // templates filled in, not yet cut to a sink's limits
  std::string note = {};                       // of note and close: why
  std::vector<std::pair<std::string, std::string>> details = {};
  std::vector<std::string> tags = {}, samples = {};  // samples: lines that matched, newest last
  std::vector<Responder> responders = {};
  std::string runbook = {}, host = {}, source = {};
  bool operator==(const AlertChange&) const = default;
};

}  // namespace longshore::rules
