// The next step of one host: what is seen and what is wanted go in, one idempotent call comes out. Going back is the same
// with another target. So a run that was killed anywhere is taken up by looking again. Pure.
//
//   create → leave → per component: (restart policy "no", stop, retire the old; promote, start the new; await; restart
//   policy) → enter
#pragma once

#include <set>
#include <string>

#include "deployer/fleet/state.hpp"
#include "deployer/rollout/wanted.hpp"

namespace longshore::deployer {

enum class Do {
  nothing,         // the host is what it should be
  create,          // make the candidate under the name `argument`
  leave,           // tell the node to leave the balancers; wait until all say so and its sessions have ended
  restart_policy,  // set `argument`
  stop,
  rename,  // to `argument`
  start,
  await_healthy,  // until Docker and the probes say so
  enter,          // tell the node to enter; wait until all balancers say UP
};

struct Step {
  Do what = Do::nothing;
  std::string component;  // empty: of the whole host
  std::string container;  // id
  std::string argument;
  std::string why;  // for people: "web is to be replaced"
};

// What this run knows and cannot see: empty at its start, also when it takes up another run's work.
struct Progress {
  bool told = false;                    // it has told the node to leave, and not yet to enter
  bool left = false;                    // and has seen it out
  std::set<std::string> started = {};   // ids of containers that it has started: one that ends again is not started twice
  std::set<std::string> verified = {};  // ids of containers that have passed their probes since they were started
};

enum class Direction { forward, back };

// `rollout` names what is retired: forward as prev, back as failed. Containers in the way of a component that deployer did
// not make are treated as its old one (the plan has asked for consent).
Step next_step(const HostState& host, const HostTarget& target, Direction direction, std::string_view rollout,
               const Progress& progress);

// Where the host is to go back to after `rollout` has touched it: for each component the very container that was active
// before. Where the containers do not tell it (somebody has removed the retired one), `fallback` does: the previous
// composition's target; what is missing there was not there.
HostTarget before_rollout(const HostState& host, const HostTarget& target, const HostTarget& fallback,
                          std::string_view rollout);

}  // namespace longshore::deployer
