// What a rollout would change on a host, and why: the lines of `deployer plan`. Pure.
#pragma once

#include <string>
#include <vector>

#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

enum class Kind {
  noop,     // it is what it should be
  create,   // there is none yet
  update,   // another image
  config,   // the same image, run in another way
  restart,  // the right container, but it does not run or is unhealthy
  undrain,  // all is right, but a balancer does not send it requests
  drift,    // somebody has changed it by hand: renamed, started twice, or put another container in its place
  orphan,   // runs, and is wanted no more
};
const char* name_of(Kind kind);  // "UPDATE"

struct Change {
  std::string host, component;
  Kind kind = Kind::noop;
  std::string from, to;           // versions, for update
  std::vector<std::string> keys;  // what differs, for config: "environment.LOG_LEVEL"
  std::string why;                // for the others: one sentence
  bool foreign = false;           // drift by a container that deployer did not make: it is only replaced with consent
};

// One for each component that the host should have, and one for each orphan.
std::vector<Change> changes_of(const HostState& host, const HostTarget& target, const Target& whole);

// "UPDATE 20150619_1504 → 20150620_0900".
std::string sentence(const Change& change);

// A number that changes when anything on the hosts does that a plan depends on: containers, their state, their rotation.
std::string fingerprint(const std::vector<HostState>& hosts);

}  // namespace longshore::deployer
