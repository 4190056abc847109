// What happens to the engine beside events: other rules, a restart, deploys, alerts of its own.
#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "rules/alert/alias.hpp"
#include "rules/engine/alert_text.hpp"
#include "rules/engine/engine.hpp"
#include "rules/engine/running_rule.hpp"

namespace longshore::rules {

using base::Timestamp;
using Kind = AlertChange::Kind;

void Engine::replace(std::shared_ptr<const Program> program, Timestamp now) {
  now_ = std::max(now_, now);
  advance(now_);
  const std::shared_ptr<const Program> kept = program_;  // until the old states are gone
  std::vector<std::unique_ptr<Running>> before = std::move(rules_);
  start(std::move(program), now_);
  std::unordered_map<std::string_view, Running*> by_id;
  for (const auto& rule : rules_) by_id.emplace(rule->rule->spec->id, rule.get());
  for (const auto& old : before) {
    const auto found = by_id.find(old->rule->spec->id);
    if (found != by_id.end()) {
      carry_over(*old, *found->second, now_);
      continue;
    }
    for (auto& [group, alert] : old->open) close(std::move(alert), "the rule was removed", now_);
  }
  bytes_ = 0;
  for (const auto& rule : rules_) bytes_ += rule->state.bytes();
  ++counters_.reloads;
}

void Engine::carry_over(Running& from, Running& to, Timestamp now) {
  to.last_match = from.last_match;
  to.expects = from.expects && from.rule->meaning == to.rule->meaning;
  if (from.rule->meaning == to.rule->meaning) {
    to.state = std::move(from.state);
    to.state.edited(*to.rule->spec);
    to.open = std::move(from.open);
    return;
  }
  const bool same_groups = from.rule->spec->group_by == to.rule->spec->group_by;
  for (auto& [group, alert] : from.open) {
    if (!same_groups || group == kRollUp) {
      close(std::move(alert), "the rule was changed: it groups its matches otherwise now", now);
    } else {
      to.state.restore(group, alert.count, now);
      to.open.emplace(group, std::move(alert));
    }
  }
}

void Engine::restore(const std::vector<AlertChange>& open, Timestamp now) {
  now_ = std::max(now_, now);
  for (const AlertChange& alert : open) {
    const auto found =
        std::find_if(rules_.begin(), rules_.end(), [&](const auto& r) { return r->rule->spec->id == alert.rule; });
    if (found == rules_.end()) {
      if (alert.rule.starts_with("longshore."))
        own_.emplace(alert.rule.substr(10), alert);
      else
        close(alert, "the rule was removed", now_);
    } else if (alert.group.size() != (*found)->rule->spec->group_by.size()) {
      close(alert, "its alerts are counted anew after a restart", now_);
    } else {
      std::string group;
      for (const std::string& value : alert.group) pack_group_value(group, value);
      (*found)->state.restore(group, alert.count, now_);
      (*found)->open.emplace(group, alert);
    }
  }
  next_due_ = now_;
}

void Engine::set_deploy(bool active, std::string version, Timestamp now) {
  now_ = std::max(now_, now);
  if (active) surroundings_.deploy_since = now_;
  surroundings_.deploy_active = active;
  surroundings_.deploy_version = std::move(version);
  for (const auto& rule : rules_) rule->mute.until = now_;
  next_due_ = now_;
}

void Engine::raise(const std::string& name, Priority priority, std::string message, std::string description, Timestamp now) {
  AlertChange alert;
  alert.rule = "longshore." + name;
  alert.alias = alert_alias(alert.rule, options_.host, {});
  alert.at = now;
  alert.count = 1;
  alert.priority = priority;
  alert.message = std::move(message);
  alert.description = std::move(description);
  alert.host = options_.host;
  if (const auto open = own_.find(name); open != own_.end()) {
    if (open->second.description == alert.description) return;
    alert.kind = Kind::note;
    alert.note = alert.description;
    alert.episode = open->second.episode;
    open->second.description = alert.description;
  } else {
    alert.episode = alert.alias + "@" + std::to_string(now.ns);
    own_.emplace(name, alert);
  }
  tell_(std::move(alert));
}

void Engine::settle(const std::string& name, std::string note, Timestamp now) {
  const auto open = own_.find(name);
  if (open == own_.end()) return;
  close(std::move(open->second), std::move(note), now);
  own_.erase(open);
}

void Engine::close(AlertChange alert, std::string note, Timestamp now) {
  alert.kind = Kind::close;
  alert.at = now;
  alert.note = std::move(note);
  tell_(std::move(alert));
}

}  // namespace longshore::rules
