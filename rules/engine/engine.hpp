// All rules at work on the events of this host: what matches goes to its rule's state, what the states say becomes alerts.
// Pure: time is handed in, alerts are handed out. One thread.
//
// Time is the event's. One that says it is later than now counts as now; one that is older than `late` is not evaluated and
// counted. now never goes back; it may stand still.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/alert/alert_change.hpp"
#include "rules/engine/muting.hpp"
#include "rules/engine/program.hpp"
#include "rules/engine/rule_captures.hpp"
#include "rules/engine/rule_state.hpp"
#include "rules/evaluator.hpp"

namespace longshore::rules {

struct EngineOptions {
  std::string host;                                                   // names this host in aliases and texts
  std::vector<std::pair<std::string, std::string>> host_fields = {};  // host.role and so on
  std::size_t memory = 64 << 20;                                      // bytes of all groups of all rules, about
  base::Duration late = std::chrono::minutes(10);
};

// A query of a rule that matched an event; valid during the call.
struct RuleMatch {
  const RuleSpec& rule;
  Program::Role role;
  const EventView& event;
  std::span<const std::string> group;  // values of group_by; of a clear of all groups: none
  std::span<const std::pair<std::string, std::string>> captures;
};

class Engine final : public Evaluator, private QueryMatcher::CaptureSource {
 public:
  using Tell = std::function<void(AlertChange)>;
  struct Counters {
    std::uint64_t events = 0, late = 0, matched = 0;  // matched: events that some query matched
    std::uint64_t reloads = 0;
  };
  struct RuleStatus {
    const RuleSpec* rule;
    RuleState::Counters counters;
    std::size_t groups, open, bytes;
    std::string muted;  // why; empty: it is not
    base::Timestamp last_match;
  };

  Engine(std::shared_ptr<const Program> program, EngineOptions options, Tell tell);
  ~Engine() override;

  void evaluate(std::span<const EventView> events, base::Timestamp now) override;
  void tick(base::Timestamp now) override;
  // When tick() has something to do, if nothing matches until then.
  base::Timestamp next_due() const { return next_due_; }

  // The alerts that were open when the process ended: they go on under their own names, or are closed with a note if their
  // rule is gone.
  void restore(const std::vector<AlertChange>& open, base::Timestamp now);
  // Other rules from now on. What a rule has counted and opened stays, as far as it still means the same; alerts of rules
  // that are gone are closed with a note.
  void replace(std::shared_ptr<const Program> program, base::Timestamp now);
  // A deploy begins (`active`) or is over on this host.
  void set_deploy(bool active, std::string version, base::Timestamp now);
  // An alert of the engine's own, e.g. that new rules are wrong; a second one of the same name while it is open is a note.
  void raise(const std::string& name, Priority priority, std::string message, std::string description, base::Timestamp now);
  void settle(const std::string& name, std::string note, base::Timestamp now);

  void set_observer(std::function<void(const RuleMatch&)> observer) { observer_ = std::move(observer); }

  const Program& program() const { return *program_; }
  const Counters& counters() const { return counters_; }
  std::vector<RuleStatus> status() const;
  std::vector<AlertChange> open_alerts() const;  // as last told, with their counts of now, oldest first
  std::size_t bytes() const { return bytes_; }

 private:
  struct Running;
  // What one event's queries say to one rule.
  struct Verdict {
    bool match = false, clear = false, ratio_of = false;
    std::uint32_t steps = 0;  // a bit each
  };

  void start(std::shared_ptr<const Program> program, base::Timestamp now);
  void carry_over(Running& from, Running& to, base::Timestamp now);
  void expect_groups(Running& rule, base::Timestamp now);
  void advance(base::Timestamp now);
  void check_mute(Running& rule, base::Timestamp now);
  void react(const EventView& event, std::span<const QueryId> matches, base::Timestamp now);
  void apply(Program::RuleIndex rule, const Verdict& verdict, const EventView& event, base::Timestamp now);
  void feed(Running& rule, const Verdict& verdict, std::string_view group, const EventView& event, base::Timestamp now);
  bool is_event_muted(Program::RuleIndex rule, base::Timestamp now) const;
  bool read_group(const Program::Rule& rule, std::string& group);
  Evidence evidence(const Program::Rule& rule, const EventView& event);
  void observe(const Running& rule, Program::Role role, const EventView& event, std::string_view group);
  void tell(Running& rule);
  void close(AlertChange alert, std::string note, base::Timestamp now);
  void shed();
  Captures* captures_of(QueryId query) override;

  EngineOptions options_;
  Tell tell_;
  std::function<void(const RuleMatch&)> observer_;
  Surroundings surroundings_;
  std::shared_ptr<const Program> program_;
  std::unique_ptr<QueryMatcher> matcher_;
  std::vector<std::unique_ptr<Running>> rules_;
  std::vector<std::uint32_t> active_mutes_;  // whose query matched the event at hand
  RuleCaptures captures_;
  RuleState::Out out_;
  std::string group_;
  std::map<std::string, AlertChange> own_;  // alerts of the engine's own that are open
  base::Timestamp now_, next_due_ = base::kNever;
  std::size_t bytes_ = 0;
  Counters counters_;
};

}  // namespace longshore::rules
