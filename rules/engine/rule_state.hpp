// One rule at work: a condition and an episode for each of its groups, within the rule's limits. Pure; time is handed in and
// never goes back.
//
// Limits: at most `max_groups` groups are remembered; the one that matched longest ago goes first, unless its alert is open,
// and is counted. At most `max_open` alerts are open at once; what would open beyond that becomes one roll-up that counts
// it, except for P1. What opens while the rule is muted is held: told when the mute ends, if it is still open then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rules/engine/condition.hpp"
#include "rules/engine/episode.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

// What a match leaves behind for the text of an alert.
struct Evidence {
  std::string line;
  std::vector<std::pair<std::string, std::string>> captures;
};

// Something to tell about an alert of the rule.
struct Transition {
  Episode::Step step = Episode::Step::none;
  std::string group;  // as given to matched(); empty for the roll-up
  bool roll_up = false;
  bool cleared = false;  // close: by the rule's `clear:`, not by its quiet time
  base::Timestamp at;
  std::uint64_t count = 0;       // matches in the episode; of the roll-up: alerts in it so far
  std::vector<Evidence> recent;  // the newest matches, newest last; at most the rule's `samples`, at least one
};

class RuleState {
 public:
  using Out = std::vector<Transition>;
  struct Counters {
    std::uint64_t matches = 0, opened = 0, closed = 0;
    std::uint64_t evicted = 0;      // groups forgotten for want of room
    std::uint64_t turned_away = 0;  // matches of new groups, while all that are remembered have an open alert
    std::uint64_t held = 0;         // alerts that a mute held back
    std::uint64_t rolled_up = 0;    // alerts that became part of a roll-up
  };

  explicit RuleState(const RuleSpec& spec);  // `spec` outlives this
  // The same rule from now on, as somebody has edited it: neither what it counts nor how it groups has changed.
  void edited(const RuleSpec& spec);

  // One of the rule's queries matched in `group` (its group_by values, packed in any unique way). `mute`: what would open
  // because of it is held until lift_mutes().
  void matched(std::string_view group, const Match& match, Evidence evidence, bool mute, base::Timestamp now, Out& out);
  // Its `clear:` matched, in a group or in all.
  void cleared(std::string_view group, base::Timestamp now, Out& out);
  void cleared_all(base::Timestamp now, Out& out);
  // An alert that is known to be open, from before a restart: it goes on, and closes after its quiet time.
  void restore(std::string_view group, std::uint64_t count, base::Timestamp now);
  // The groups that the rule expects to hear from, from the start (`absent: expected`).
  void expect(std::string_view group, base::Timestamp now);
  // Time has passed. To be called at due(), and may be at any other time.
  void advance(base::Timestamp now, Out& out);
  base::Timestamp due() const { return timers_.empty() ? base::kNever : timers_.begin()->first; }
  void set_muted(bool muted, base::Timestamp now, Out& out);
  void lift_mutes(base::Timestamp now, Out& out);
  // Forgets the groups that matched longest ago and are not open, until bytes() is at most `most` or none is left.
  void shrink(std::size_t most);

  // Matches in the episode of an open group; 0: there is none.
  std::uint64_t count(std::string_view group) const;

  std::size_t groups() const { return by_key_.size(); }
  std::size_t open_alerts() const { return open_; }
  std::size_t bytes() const { return bytes_; }  // of all groups, about
  const Counters& counters() const { return counters_; }

 private:
  enum class Told : std::uint8_t { nothing, open, held, rolled_up };
  struct Group;
  using Groups = std::list<Group>;  // what matched last is in front; groups never move in memory
  struct Group {
    std::string key;
    std::unique_ptr<Condition> condition;
    Episode episode = {};
    Holding holding = {};
    Told told = Told::nothing;
    bool mute = false;     // what it opens is held
    bool is_open = false;  // its place is in open_groups_
    Groups::iterator self = {};
    base::Timestamp timer = base::kNever;  // its entry in timers_
    std::size_t bytes = 0;
    std::vector<Evidence> recent = {};
  };

  Group* find(std::string_view key);
  Group* find_or_make(std::string_view key);
  bool make_room();
  void release(base::Timestamp now, Out& out);
  void forget(Group& group);
  void place(Group& group);
  template <class Use>
  void for_each(Use use);
  void account(Group& group);
  void remember(Group& group, Evidence evidence) const;
  void arm(Group& group);
  void disarm(Group& group);
  void take(Group& group, Episode::Step step, base::Timestamp now, Out& out, bool cleared = false);
  void clear(Group& group, base::Timestamp now, Out& out);
  void open(Group& group, base::Timestamp now, Out& out);
  void close(Group& group, base::Timestamp now, Out& out, bool cleared);
  void tell(const Group& group, Episode::Step step, base::Timestamp now, Out& out) const;
  void tell_roll_up(Episode::Step step, const Group& group, base::Timestamp now, Out& out) const;

  const RuleSpec* spec_;
  EpisodeRules rules_;
  Groups quiet_groups_, open_groups_;                    // by whether the episode is open
  std::unordered_map<std::string_view, Group*> by_key_;  // views of Group::key
  std::set<std::pair<base::Timestamp, Group*>> timers_;  // at or before each group's time to be asked
  bool muted_ = false;
  std::size_t open_ = 0;              // told to be open, without the roll-up
  std::size_t rolled_up_ = 0;         // open, as part of the roll-up
  std::uint64_t rolled_up_ever_ = 0;  // since the roll-up opened
  base::Timestamp rolled_up_told_;    // when the roll-up was last told
  std::size_t bytes_ = 0;
  Counters counters_;
};

}  // namespace longshore::rules
