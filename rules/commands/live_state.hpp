// What a running shipper knows of its rules: asked at its admin address, at /rules and /status.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::rules {

struct LiveState {
  struct Rule {
    std::string rule = {}, muted = {}, last_match = {};  // muted: why; last_match: RFC 3339, empty: none since the start
    std::uint64_t matches = 0, groups = 0, open = 0;
  };
  struct Alert {  // the open ones, then those that have closed lately
    std::string rule = {}, alias = {}, at = {}, message = {}, note = {};
    std::uint64_t count = 0;
    bool open = false;
  };
  struct Sink {
    std::string name = {}, state = {}, last_error = {};  // state: ok, retrying, held
    std::uint64_t waiting = 0;                           // changes that it does not have yet
  };
  std::vector<Rule> rules = {};
  std::vector<Alert> alerts = {};
  std::vector<Sink> sinks = {};
  std::string problems = {};  // of rule files that are not used for them
};

// `admin`: host and port. Blocks for at most 10 seconds. Code::unavailable: nobody answers; invalid: it is no shipper, or
// has no rules.
base::Result<LiveState> ask_shipper(const std::string& admin);
base::Result<LiveState> read_live_state(std::string_view rules_json, std::string_view status_json);

}  // namespace longshore::rules
