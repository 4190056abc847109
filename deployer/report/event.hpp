// What happens in a rollout, as it happens: one struct for the plain lines, the live table, the NDJSON, JUnit and the HTML
// report, so that none of them can tell another story. Data only; no secrets.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::deployer {

enum class Level { detail, info, warning, error };

// A node's way, in order; the live table shows it.
enum class Phase { waiting, pulling, staging, draining, stopping, starting, probing, entering, watching, done, undoing, undone, failed };

struct Event {
  base::Timestamp at;
  Level level = Level::info;
  std::string host;       // empty: of the whole rollout
  std::string component;  // empty: of the host or the whole
  std::string step;       // machine-readable: "plan", "lock", "preflight", "pull", "drain", "stop", "start", "probe", "undrain", "soak", "gate", "rollback", "commit", …
  Phase phase = Phase::waiting;  // of the host, after this event
  std::string text;       // one sentence for people
  std::string detail;     // log tail, probe history: several lines; empty for most
  bool call = false;      // a single mutating call to Docker or a balancer: for the log, not for the live view
};

struct NodeResult {
  std::string host, component;
  std::string change;  // "NOOP", "UPDATE web:1 → web:2", …
  enum class Outcome { unchanged, updated, rolled_back, failed, not_started } outcome = Outcome::not_started;
  base::Duration took{};
  std::string failure;  // why, and what its container said last
};

// The end of a run: exit code as documented (reference §8 point 7), and what each node came to.
struct Summary {
  std::string command, environment, composition, previous, rollout, build_url;
  base::Timestamp started, ended;
  int exit_code = 0;
  std::string outcome;       // "succeeded", "canary failed and was rolled back", …
  std::string next_command;  // what a person should run next; empty: nothing
  std::vector<NodeResult> nodes;
  std::size_t lowest_serving = 0;  // fewest servers in rotation at any sample, of the backends concerned
};

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void on(const Event& event) = 0;         // any thread, one at a time
  virtual void finish(const Summary& summary) = 0;  // once, at the end
};

}  // namespace longshore::deployer
