#include "rules/engine/rule_state.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace longshore::rules {
namespace {

using base::Timestamp;
using Step = Episode::Step;

}  // namespace

RuleState::RuleState(const RuleSpec& spec) { edited(spec); }

void RuleState::edited(const RuleSpec& spec) {
  spec_ = &spec;
  rules_ = {.hold_for = spec.open_for, .keep = spec.keep, .notify_every = spec.notify_every};
}

void RuleState::matched(std::string_view key, const Match& match, Evidence evidence, bool mute, Timestamp now, Out& out) {
  ++counters_.matches;
  Group* const group = find_or_make(key);
  if (group == nullptr) {
    ++counters_.turned_away;
    return;
  }
  remember(*group, std::move(evidence));
  group->mute = mute;
  const Holding at_match = group->condition->match(match);
  const Step step = group->episode.matched(at_match, group->condition->matches(), now, rules_);
  // What a single match fulfils is over with it.
  group->holding = at_match.holds && at_match.until <= now ? Holding{} : at_match;
  if (group->holding != at_match) group->episode.told(group->holding, now, rules_);
  take(*group, step, now, out);
  account(*group);
  arm(*group);
}

void RuleState::cleared(std::string_view key, Timestamp now, Out& out) {
  if (Group* const group = find(key)) clear(*group, now, out);
}

void RuleState::cleared_all(Timestamp now, Out& out) {
  for_each([&](Group& group) { clear(group, now, out); });
}

void RuleState::clear(Group& group, Timestamp now, Out& out) {
  // What led to the alert is over as well; only what was ever seen stays known.
  if (!std::holds_alternative<FirstSeenWhen>(spec_->when)) group.condition = make_condition(spec_->when);
  group.holding = {};
  take(group, group.episode.cleared(), now, out, true);
}

void RuleState::restore(std::string_view key, std::uint64_t count, Timestamp now) {
  Group* const group = find_or_make(key);
  if (group == nullptr || group->episode.open()) return;
  group->episode = Episode::reopened(count, now);
  // What was missing is missing still, until it is heard of.
  if (const auto* absent = std::get_if<AbsentWhen>(&spec_->when)) {
    group->condition->match({.time = now - absent->after});
    group->holding = group->condition->at(now);
  }
  group->told = Told::open;
  place(*group);
  ++open_;
  account(*group);
  arm(*group);
}

void RuleState::expect(std::string_view key, Timestamp now) {
  Group* const group = find_or_make(key);
  if (group == nullptr) return;
  group->holding = group->condition->match({now});
  arm(*group);
}

void RuleState::advance(Timestamp now, Out& out) {
  while (!timers_.empty() && timers_.begin()->first <= now) {
    Group& group = *timers_.begin()->second;
    disarm(group);
    group.holding = group.condition->at(now);
    take(group, group.episode.told(group.holding, now, rules_), now, out);
    arm(group);
  }
}

void RuleState::set_muted(bool muted, Timestamp now, Out& out) {
  muted_ = muted;
  if (!muted) release(now, out);
}

void RuleState::lift_mutes(Timestamp now, Out& out) {
  for_each([](Group& group) { group.mute = false; });
  if (!muted_) release(now, out);
}

void RuleState::release(Timestamp now, Out& out) {
  for (Group& group : open_groups_)
    if (group.told == Told::held && !group.mute) open(group, now, out);
}

void RuleState::shrink(std::size_t most) {
  while (bytes_ > most && make_room()) continue;
}

std::uint64_t RuleState::count(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? 0 : found->second->episode.count();
}

// `use` may make a group quiet.
template <class Use>
void RuleState::for_each(Use use) {
  for (Groups* list : {&quiet_groups_, &open_groups_})
    for (auto next = list->begin(); next != list->end();) use(*next++);
}

RuleState::Group* RuleState::find(std::string_view key) {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

RuleState::Group* RuleState::find_or_make(std::string_view key) {
  if (Group* const group = find(key)) {
    if (!group->is_open) quiet_groups_.splice(quiet_groups_.begin(), quiet_groups_, group->self);
    return group;
  }
  if (by_key_.size() >= spec_->max_groups && !make_room()) return nullptr;
  quiet_groups_.push_front({.key = std::string(key), .condition = make_condition(spec_->when)});
  Group& group = quiet_groups_.front();
  group.self = quiet_groups_.begin();
  by_key_.emplace(group.key, &group);
  return &group;
}

// False: every group has an open alert.
bool RuleState::make_room() {
  if (quiet_groups_.empty()) return false;
  ++counters_.evicted;
  forget(quiet_groups_.back());
  return true;
}

void RuleState::forget(Group& group) {
  disarm(group);
  bytes_ -= group.bytes;
  by_key_.erase(group.key);
  (group.is_open ? open_groups_ : quiet_groups_).erase(group.self);
}

// Into the list in which it belongs now.
void RuleState::place(Group& group) {
  if (group.is_open == group.episode.open()) return;
  group.is_open = !group.is_open;
  Groups& from = group.is_open ? quiet_groups_ : open_groups_;
  Groups& to = group.is_open ? open_groups_ : quiet_groups_;
  to.splice(to.begin(), from, group.self);
}

void RuleState::account(Group& group) {
  std::size_t now = sizeof(Group) + group.key.size() + group.condition->bytes();
  for (const Evidence& evidence : group.recent) {
    now += sizeof(Evidence) + evidence.line.size();
    for (const auto& [name, value] : evidence.captures) now += 2 * sizeof(std::string) + name.size() + value.size();
  }
  bytes_ = bytes_ - group.bytes + now;
  group.bytes = now;
}

void RuleState::remember(Group& group, Evidence evidence) const {
  const std::size_t most = std::max(spec_->alert.samples, 1U);
  if (group.recent.size() >= most) group.recent.erase(group.recent.begin());
  group.recent.push_back(std::move(evidence));
}

// A timer that fires early does no harm: it is set anew. So it is moved only when it would be late.
void RuleState::arm(Group& group) {
  const Timestamp due = group.episode.due(group.holding, rules_);
  if (due >= group.timer) return;
  disarm(group);
  group.timer = due;
  timers_.emplace(due, &group);
}

void RuleState::disarm(Group& group) {
  if (group.timer == base::kNever) return;
  timers_.erase({group.timer, &group});
  group.timer = base::kNever;
}

void RuleState::take(Group& group, Step step, Timestamp now, Out& out, bool cleared) {
  place(group);
  if (step == Step::open) return open(group, now, out);
  if (step == Step::close) return close(group, now, out, cleared);
  if (step == Step::repeat && group.told == Told::open) tell(group, step, now, out);
}

void RuleState::open(Group& group, Timestamp now, Out& out) {
  if (muted_ || group.mute) {
    group.told = Told::held;
    ++counters_.held;
    return;
  }
  if (open_ < spec_->max_open || spec_->alert.priority == Priority::p1) {
    group.told = Told::open;
    ++open_;
    ++counters_.opened;
    return tell(group, Step::open, now, out);
  }
  group.told = Told::rolled_up;
  ++counters_.rolled_up;
  ++rolled_up_ever_;
  if (++rolled_up_ == 1) {
    rolled_up_ever_ = 1;
    tell_roll_up(Step::open, group, now, out);
  } else if (now - rolled_up_told_ >= rules_.notify_every) {
    tell_roll_up(Step::repeat, group, now, out);
  } else {
    return;
  }
  rolled_up_told_ = now;
}

void RuleState::close(Group& group, Timestamp now, Out& out, bool cleared) {
  switch (std::exchange(group.told, Told::nothing)) {
    case Told::open:
      --open_;
      ++counters_.closed;
      tell(group, Step::close, now, out);
      out.back().cleared = cleared;
      return;
    case Told::rolled_up:
      if (--rolled_up_ == 0) tell_roll_up(Step::close, group, now, out);
      return;
    case Told::held:
    case Told::nothing:
      return;
  }
}

void RuleState::tell(const Group& group, Step step, Timestamp now, Out& out) const {
  out.push_back({.step = step, .group = group.key, .at = now, .count = group.episode.count(), .recent = group.recent});
}

void RuleState::tell_roll_up(Step step, const Group& group, Timestamp now, Out& out) const {
  out.push_back({.step = step, .group = {}, .roll_up = true, .at = now, .count = rolled_up_ever_, .recent = group.recent});
}

}  // namespace longshore::rules
