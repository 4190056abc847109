// What happens in a rollout, as it happens: one set of structs for the plain lines, the live table, the NDJSON, JUnit and
// the HTML report, so that none of them can tell another story. Data only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::deployer {

enum class Level { detail, info, warning, error };

// A node's way, in order; the live table shows it.
enum class Phase {
  waiting,
  pulling,
  staging,
  draining,
  stopping,
  starting,
  probing,
  entering,
  watching,
  done,
  undoing,
  undone,
  failed
};

struct Event {
  base::Timestamp at = {};  // given by FanOut
  Level level = Level::info;
  std::string host = {};         // empty: of the whole rollout
  std::string component = {};    // empty: of the host or the whole
  std::string step = {};         // machine-readable: "plan", "lock", "preflight", "pull", "drain", "stop", "start", "probe",
                                 // "undrain", "soak", "gate", "rollback", "commit", …
  Phase phase = Phase::waiting;  // of the node (or of all nodes of the host), after this event; nothing for an empty host
  std::string text = {};         // one sentence for people; its first line where only one is shown
  std::string detail = {};       // log tail, probe history: several lines; empty for most
  bool call = false;             // a single mutating call to Docker or a balancer: for the log, not for the live view
  // From here until the next event of the same node, of all nodes of its host, or of the whole: what it waits for ("lb1 to
  // say that web1 is out"), and when it gives up (kNever: it does not). Empty: it waits for nothing.
  std::string waits_for = {};
  base::Timestamp deadline = {};
};

// A component on a host, as planned.
struct NodePlan {
  std::string host = {}, component = {};
  std::string change = {};  // "UPDATE 20150619_1504 → 20150620_0911", "NOOP", …
};

// What stands at the top of every report.
struct Heading {
  std::string command = {}, environment = {}, composition = {}, previous = {}, rollout = {}, build_url = {};
  std::string by = {};  // who: Jenkins' job or user@machine
  base::Timestamp started = {};
};

struct GateResult {
  std::string name = {};   // "5xx", "restarts", "alerts of shipper", …
  std::string value = {};  // what was seen: "0 of 1,204"
  std::string limit = {};  // what is allowed
  bool passed = true;
};

struct NodeResult {
  std::string host = {}, component = {};
  std::string change = {};  // as in its NodePlan
  enum class Outcome { unchanged, updated, rolled_back, failed, not_started } outcome = Outcome::not_started;
  base::Duration took{};
  std::string failure = {};    // why, in one sentence; empty: it did not fail
  std::string container = {};  // how its container ended: "exited with 3", "killed: out of memory", "running, unhealthy"
  std::vector<std::string> probes = {};  // the last ones, oldest first, a line each
  std::string log_tail = {};             // what the failed container said last, its last 50 lines
  std::string undone = {};               // what was taken back, and what was not: one sentence
  std::vector<GateResult> gates = {};
};

// What answers now, after all.
struct Serving {
  std::string host = {}, component = {}, version = {};  // version: the image's tag and composition, as a person names it
  bool in_rotation = true;                              // as every balancer says
};

// The end of a run: exit code as documented, and what each node came to.
struct Summary : Heading {
  base::Timestamp ended = {};
  int exit_code = 0;
  std::string outcome = {};       // "prod runs rc_1", "the canary failed and was rolled back", …
  std::string next_command = {};  // what a person should run next; empty: nothing
  std::vector<NodeResult> nodes = {};
  std::vector<Serving> serving = {};
  std::size_t lowest_serving = 0;  // fewest servers in rotation at any sample, of the backends concerned
};

// FanOut calls these one at a time, from any thread: begin when it is known what is to be done (a run that is refused before
// has none), finish last and once.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void begin(const Heading&, const std::vector<NodePlan>&) {}
  virtual void on(const Event& event) = 0;
  virtual void tick(base::Timestamp) {}  // some times a second: what is shown may depend on the time
  virtual void finish(const Summary& summary) = 0;
};

std::string_view to_text(Phase phase);                  // "draining"
std::string_view to_text(Level level);                  // "warning"
std::string_view to_text(NodeResult::Outcome outcome);  // "rolled_back": for programs
bool is_failure(NodeResult::Outcome outcome);           // rolled_back and failed
bool needs_nothing(std::string_view change);            // "NOOP": the node is as it should be

}  // namespace longshore::deployer
