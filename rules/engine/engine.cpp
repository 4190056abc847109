#include "rules/engine/engine.hpp"

#include <algorithm>

#include "common/base/utf8.hpp"
#include "rules/engine/alert_text.hpp"
#include "rules/engine/running_rule.hpp"

namespace longshore::rules {
namespace {

using base::Timestamp;
using Kind = AlertChange::Kind;
using RoleKind = Program::Role::Kind;

constexpr std::size_t kLongestSample = 1024;
constexpr std::size_t kMostValues = 16;  // of one event for `distinct` and `first_seen`

std::uint64_t hash_of(std::string_view text) {  // FNV-1a, 64 bits
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::string line_of(const EventView& event) {
  std::string line(event.app);
  if (!event.procid.empty()) line.append("[").append(event.procid).append("]");
  if (!line.empty()) line += ": ";
  return line.append(base::cut_to_bytes(event.message, kLongestSample));
}

std::string why_quiet(const RuleSpec& rule) {
  if (std::holds_alternative<AbsentWhen>(rule.when)) return "it was heard of again";
  return "quiet for " + base::format_duration(rule.keep);
}

}  // namespace

Engine::Engine(std::shared_ptr<const Program> program, EngineOptions options, Tell tell)
    : options_(std::move(options)), tell_(std::move(tell)) {
  surroundings_.host = options_.host_fields;
  surroundings_.host.emplace_back("host.name", options_.host);
  start(std::move(program), {});
}
Engine::~Engine() = default;

void Engine::start(std::shared_ptr<const Program> program, Timestamp now) {
  program_ = std::move(program);
  QueryMatcher::CaptureSource& captures = *this;
  matcher_ = std::make_unique<QueryMatcher>(program_->queries, surroundings_, captures);
  rules_.clear();
  for (const Program::Rule& rule : program_->rules) rules_.push_back(std::make_unique<Running>(rule));
  for (const Program::Mute& mute : program_->mutes)
    for (const Program::RuleIndex index : mute.rules) {
      if (mute.of_events)
        rules_[index]->event_mutes = true;
      else
        rules_[index]->mutes.push_back(mute.spec);
    }
  next_due_ = now;
}

// From here: time.

void Engine::tick(Timestamp now) {
  now_ = std::max(now_, now);
  if (now_ >= next_due_) advance(now_);
}

void Engine::advance(Timestamp now) {
  next_due_ = base::kNever;
  for (const auto& rule : rules_) {
    if (now >= rule->mute.until) check_mute(*rule, now);
    if (!std::exchange(rule->expects, true)) expect_groups(*rule, now);
    if (rule->state.due() <= now) rule->state.advance(now, out_);
    tell(*rule);
    next_due_ = std::min({next_due_, rule->state.due(), rule->mute.until});
  }
}

void Engine::check_mute(Running& rule, Timestamp now) {
  MuteState state = mute_state(*rule.rule->spec, rule.mutes, program_->set.zones, surroundings_.deploy_since, now);
  if (rule.event_mutes) {
    for (const Program::Mute& mute : program_->mutes) {
      if (!mute.of_events || now >= mute.spec->until) continue;
      state.until = std::min(state.until, now < mute.spec->from ? mute.spec->from : mute.spec->until);
    }
    rule.state.lift_mutes(now, out_);
  }
  rule.state.set_muted(state.muted, now, out_);
  rule.mute = std::move(state);
}

void Engine::expect_groups(Running& rule, Timestamp now) {
  const auto* const absent = std::get_if<AbsentWhen>(&rule.rule->spec->when);
  if (absent == nullptr) return;
  for (const std::vector<std::string>& values : absent->expected) {
    std::string group;
    for (const std::string& value : values) pack_group_value(group, value);
    rule.state.expect(group, now);
  }
}

// From here: events.

void Engine::evaluate(std::span<const EventView> events, Timestamp now) {
  tick(now);
  matcher_->new_batch();
  for (const EventView& event : events) {
    ++counters_.events;
    if (event.time < now_ - options_.late) {
      ++counters_.late;
      continue;
    }
    const auto matches = matcher_->match(event);
    if (matches.empty()) continue;
    ++counters_.matched;
    react(event, matches, now_);
  }
}

// The queries of one rule stand one after the other, those of mutes before all.
void Engine::react(const EventView& event, std::span<const QueryId> matches, Timestamp now) {
  active_mutes_.clear();
  for (std::size_t i = 0; i < matches.size();) {
    const Program::Role& first = program_->roles[matches[i]];
    if (first.kind == RoleKind::mute) {
      active_mutes_.push_back(first.owner);
      ++i;
      continue;
    }
    Verdict verdict;
    for (; i < matches.size() && program_->roles[matches[i]].owner == first.owner; ++i) {
      const Program::Role& role = program_->roles[matches[i]];
      verdict.match |= role.kind == RoleKind::match;
      verdict.clear |= role.kind == RoleKind::clear;
      verdict.ratio_of |= role.kind == RoleKind::ratio_of;
      if (role.kind == RoleKind::step) verdict.steps |= 1U << role.step;
    }
    apply(first.owner, verdict, event, now);
  }
}

// An all-clear that matches as well decides.
void Engine::apply(Program::RuleIndex index, const Verdict& verdict, const EventView& event, Timestamp now) {
  Running& rule = *rules_[index];
  if (!verdict.match && !verdict.clear) return;
  captures_.reset(*rule.rule, matcher_->fields());
  matcher_->fields().set_captures(&captures_);
  const bool grouped = read_group(*rule.rule, group_);
  const std::size_t before = rule.state.bytes();
  if (verdict.clear) {
    observe(rule, {.kind = RoleKind::clear, .owner = index}, event, grouped ? std::string_view(group_) : std::string_view());
    if (grouped)
      rule.state.cleared(group_, now, out_);
    else
      rule.state.cleared_all(now, out_);
  } else {
    if (std::holds_alternative<SequenceWhen>(rule.rule->spec->when) && verdict.steps == 0) return;
    rule.last_match = event.time;
    feed(rule, verdict, group_, event, now);
  }
  bytes_ = bytes_ - before + rule.state.bytes();
  tell(rule);
  next_due_ = std::min(next_due_, rule.state.due());
  if (bytes_ > options_.memory) shed();
}

void Engine::feed(Running& rule, const Verdict& verdict, std::string_view group, const EventView& event, Timestamp now) {
  const auto index = static_cast<std::uint32_t>(rule.rule - program_->rules.data());
  const bool mute = rule.event_mutes && is_event_muted(index, now);
  Match match{.time = std::min(event.time, now)};
  const auto matched = [&] { rule.state.matched(group, match, evidence(*rule.rule, event), mute, now, out_); };
  observe(rule, {.kind = RoleKind::match, .owner = index}, event, group);
  if (rule.rule->value) {
    const auto values = matcher_->fields().values(*rule.rule->value);
    for (std::size_t i = 0; i < std::min(values.size(), kMostValues); ++i) {
      match.value = hash_of(values[i]);
      matched();
    }
  } else if (verdict.steps != 0) {
    // Later steps first: an event that ends a sequence must not begin it anew before.
    for (int step = 31; step >= 0; --step) {
      if ((verdict.steps >> step & 1) == 0) continue;
      match.query = static_cast<std::uint8_t>(step);
      matched();
    }
  } else {
    match.query = verdict.ratio_of ? 1 : 0;
    matched();
  }
}

bool Engine::is_event_muted(Program::RuleIndex rule, Timestamp now) const {
  return std::any_of(active_mutes_.begin(), active_mutes_.end(), [&](std::uint32_t index) {
    const Program::Mute& mute = program_->mutes[index];
    return now >= mute.spec->from && now < mute.spec->until &&
           std::find(mute.rules.begin(), mute.rules.end(), rule) != mute.rules.end();
  });
}

// False: the event has none of the fields. Of a field with several values the first one counts.
bool Engine::read_group(const Program::Rule& rule, std::string& group) {
  group.clear();
  bool any = rule.group_by.empty();
  for (const FieldId field : rule.group_by) {
    const auto values = matcher_->fields().values(field);
    any |= !values.empty();
    pack_group_value(group, values.empty() ? std::string_view() : values[0]);
  }
  return any;
}

Evidence Engine::evidence(const Program::Rule& rule, const EventView& event) {
  Evidence evidence{.line = line_of(event), .captures = {}};
  for (const auto& [name, field] : rule.details)
    if (const auto values = matcher_->fields().values(field); !values.empty())
      evidence.captures.emplace_back(name, base::cut_to_bytes(values[0], kLongestSample));
  return evidence;
}

void Engine::observe(const Running& rule, Program::Role role, const EventView& event, std::string_view group) {
  if (!observer_) return;
  const std::vector<std::string> values = unpack_group(group);
  const Evidence found = evidence(*rule.rule, event);
  observer_({*rule.rule->spec, role, event, values, found.captures});
}

Captures* Engine::captures_of(QueryId query) {
  const Program::Role& role = program_->roles[query];
  if (role.kind == RoleKind::mute) return nullptr;
  captures_.reset(program_->rules[role.owner], matcher_->fields());
  return &captures_;
}

// From here: alerts.

void Engine::tell(Running& rule) {
  for (Transition& transition : out_) {
    const std::string& group = transition.roll_up ? kRollUp : transition.group;
    const auto open = rule.open.find(group);
    const bool fleet = rule.rule->spec->alert.scope == Scope::fleet;
    const bool quiet = transition.step == Episode::Step::close && !transition.cleared;
    AlertChange change = alert_change(*rule.rule, transition, transition.at, options_.host,
                                      transition.cleared ? "all clear"
                                      : quiet            ? why_quiet(*rule.rule->spec)
                                                         : "");
    if (open != rule.open.end()) {  // it keeps the name under which it was opened
      change.alias = open->second.alias;
      change.episode = open->second.episode;
      if (change.kind == Kind::close && transition.recent.empty()) change.message = open->second.message;
    }
    if (change.kind == Kind::close)
      rule.open.erase(group);
    else
      rule.open.insert_or_assign(group, change);
    // An alert of the whole fleet is not over because one host is quiet.
    if (fleet && quiet) continue;
    tell_(std::move(change));
  }
  out_.clear();
}

// The rule that holds most gives up an eighth of it, until there is room again or nothing but open alerts is left.
void Engine::shed() {
  for (std::size_t turn = 0; turn < 64 && bytes_ > options_.memory; ++turn) {
    const auto largest = std::max_element(rules_.begin(), rules_.end(),
                                          [](const auto& a, const auto& b) { return a->state.bytes() < b->state.bytes(); });
    RuleState& state = (*largest)->state;
    const std::size_t before = state.bytes();
    state.shrink(before - before / 8);
    if (state.bytes() == before) return;
    bytes_ -= before - state.bytes();
  }
}

std::vector<Engine::RuleStatus> Engine::status() const {
  std::vector<RuleStatus> all;
  for (const auto& rule : rules_)
    all.push_back({rule->rule->spec, rule->state.counters(), rule->state.groups(), rule->open.size(), rule->state.bytes(),
                   rule->mute.why, rule->last_match});
  return all;
}

std::vector<AlertChange> Engine::open_alerts() const {
  std::vector<AlertChange> all;
  for (const auto& rule : rules_)
    for (const auto& [group, alert] : rule->open) {
      all.push_back(alert);
      if (group != kRollUp) all.back().count = rule->state.count(group);
    }
  for (const auto& [name, alert] : own_) all.push_back(alert);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

}  // namespace longshore::rules
