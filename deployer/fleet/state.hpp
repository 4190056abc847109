// What is seen of the fleet: containers as Docker says, servers as the load balancers say. Data only; read anew before each
// decision, never kept as truth. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::deployer {

// Identity is in labels, which never change; the role is in the name, which does: NAME is active, NAME.next.ROLLOUT waits to
// be started, NAME.prev.ROLLOUT was active before that rollout, NAME.failed.ROLLOUT did not pass it.
namespace label {
inline constexpr const char* kEnvironment = "longshore.environment";
inline constexpr const char* kComponent = "longshore.component";
inline constexpr const char* kComposition = "longshore.composition";  // which brought it
inline constexpr const char* kDigest = "longshore.digest";            // of the image: "sha256:…"
inline constexpr const char* kSpec = "longshore.spec";        // hash of everything else that the container is made of
inline constexpr const char* kParts = "longshore.parts";      // checksum of each of its parts, to name what changed
inline constexpr const char* kTag = "longshore.tag";          // of the image, for people
inline constexpr const char* kRollout = "longshore.rollout";  // which created it
inline constexpr const char* kRestart = "longshore.restart";  // restart policy it gets once it is healthy
}  // namespace label

enum class Health { none, starting, healthy, unhealthy };

struct ContainerState {
  std::string id;  // 64 hexadecimal digits
  std::string name;
  std::map<std::string, std::string> labels;
  std::string status;  // Docker's: created, running, paused, restarting, removing, exited, dead
  Health health = Health::none;
  std::string image;           // as it was asked for: REPOSITORY@DIGEST, or REPOSITORY:TAG if made by hand
  std::string restart_policy;  // "no", "always", "unless-stopped", "on-failure:3"
  int restarts = 0;
  bool oom_killed = false;
  int exit_code = 0;
  base::Timestamp started_at;  // zero: never started

  bool running() const { return status == "running"; }
  std::string_view get(const char* key) const;  // a label's value; empty if there is none
};

// What a load balancer does with a server. HAProxy's words (management.txt §9.1 "status") reduced to what a rollout asks.
enum class Rotation {
  in,        // UP: gets new requests
  stopping,  // NOLB, DRAIN, MAINT: gets none but persistent ones; what runs is finished
  out,       // DOWN: gets none
  checking,  // UP n/m, DOWN n/m and others on their way: not to be relied on
  unknown,   // no check, or the balancer does not name it
};

// One server of one backend of one load balancer, with its counters since the balancer started.
struct ServerState {
  std::string balancer, backend, server;
  Rotation rotation = Rotation::unknown;
  std::string status;             // as the balancer writes it, for people
  std::uint64_t sessions = 0;     // now (scur) and waiting (qcur)
  std::uint64_t requests = 0;     // answered, all
  std::uint64_t errors_5xx = 0;   // answered with 5xx
  std::uint64_t failed = 0;       // connections and responses that failed: econ + eresp
  std::uint64_t retried = 0;      // wretr + wredis
  base::Duration latency{};       // mean of the last 1,024 requests (rtime)
  std::uint64_t last_change = 0;  // seconds since the last change of state
};

// A host with what deployer made on it, or what stands in its way.
struct HostState {
  std::string host;
  std::vector<ContainerState> containers;  // all of the environment, and every other whose name a component wants
  std::vector<ServerState> servers;        // of this host, in every balancer
  std::vector<std::string> images;         // REPOSITORY@DIGEST of all that are present
};

}  // namespace longshore::deployer
