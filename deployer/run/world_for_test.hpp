// A fleet in memory, in virtual time: hosts with containers that behave as their image says, balancers that check them, and
// requests at every tick. It counts what clients would have seen, notes what must never happen, and can end the deployer
// before or after any call that changes something.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "deployer/fleet/balancer.hpp"
#include "deployer/fleet/host.hpp"
#include "deployer/run/runtime.hpp"

namespace longshore::deployer {

struct Killed {};  // thrown where kill -9 would end the deployer

enum class Behaviour {
  good,
  exits,
  never_healthy,
  dies_later,
  answers_500_later,
  logs_error,
  fires_alert,
  runs_out_of_memory
};

struct StopFlag {  // lets a World be copied
  StopFlag() = default;
  StopFlag(const StopFlag& other) : set(other.set.load()) {}
  StopFlag& operator=(const StopFlag&) = delete;
  std::atomic<bool> set{false};
};

class World {
 public:
  struct Node {
    std::vector<ContainerState> containers;
    std::set<std::string> images;  // REPOSITORY@DIGEST
    std::map<std::string, Note> notes;
    bool drained = false;  // what its health container remembers
    bool reachable = true;
    std::vector<Rotation> rotation;  // in each balancer
  };

  World(int hosts, int balancers);

  std::vector<std::unique_ptr<Host>> hosts();
  std::vector<std::unique_ptr<Balancer>> balancers();
  Runtime runtime();

  void advance(base::Duration by);
  base::Timestamp now() const { return now_; }
  std::vector<std::string> running(const std::string& component);  // "app1=sha256:…" of every host, sorted

  // Ends the deployer at its `n`th change from now on: before it is made, or right after.
  void kill_at(int n, bool before) { kill_at_ = n, kill_before_ = before, changes = 0; }
  void never_kill() { kill_at_ = 0, changes = 0; }

  std::map<std::string, Node> nodes;
  std::map<std::string, Behaviour> behaviour;      // by digest
  std::map<std::string, std::string> bad_only_on;  // digest → the one host where it behaves so
  std::set<std::string> dead_balancers;
  std::set<std::string> registry;  // digests that it holds
  int changes = 0;                 // calls that change something, since the last kill_at or never_kill
  int failed_requests = 0;
  std::size_t lowest_serving = SIZE_MAX;  // in any balancer, at any tick
  std::vector<std::string> violations;    // invariants that did not hold

 private:
  friend class WorldHost;
  friend class WorldBalancer;
  void before_change();
  void after_change();
  Behaviour behaviour_of(const std::string& host, const ContainerState& container) const;
  static bool serves(const Node& node);
  void live(const std::string& host, ContainerState& container);
  void check_all();
  std::string new_id();

  int balancer_count_;
  base::Timestamp now_;
  base::Timestamp next_check_;
  StopFlag stop_;
  int ids_ = 0, kill_at_ = 0;
  bool kill_before_ = false;

 public:
  std::atomic<bool>& stop() { return stop_.set; }
};

}  // namespace longshore::deployer
