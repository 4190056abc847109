#include "rules/engine/muting.hpp"

#include <algorithm>

namespace longshore::rules {
namespace {

using base::Timestamp;

constexpr std::int64_t kMinute = 60LL * 1'000'000'000;
constexpr std::int64_t kDayMinutes = 24 * 60;

void mute(MuteState& state, std::string why, Timestamp until) {
  state.muted = true;
  if (!state.why.empty()) state.why += "; ";
  state.why += why;
  state.until = std::min(state.until, until);
}

}  // namespace

bool is_within(const Schedule& schedule, const base::Zone& zone, Timestamp now) {
  const std::int64_t minutes = zone.to_local(now).ns / kMinute;
  const std::int64_t day = minutes / kDayMinutes;
  const auto minute = static_cast<std::uint16_t>(minutes % kDayMinutes);
  const auto is_on = [&](std::int64_t d) { return (schedule.days >> ((d + 3) % 7) & 1) != 0; };  // 1970-01-01 was a Thursday
  if (schedule.from_minute < schedule.until_minute)
    return is_on(day) && minute >= schedule.from_minute && minute < schedule.until_minute;
  return (is_on(day) && minute >= schedule.from_minute) || (is_on(day - 1) && minute < schedule.until_minute);
}

MuteState mute_state(const RuleSpec& rule, const std::vector<const MuteSpec*>& mutes,
                     const std::map<std::string, base::Zone>& zones, Timestamp deploy, Timestamp now) {
  MuteState state;
  for (const Schedule& schedule : rule.mute) {
    const auto zone = zones.find(schedule.zone);
    // Schedules begin and end with a minute.
    state.until = std::min(state.until, Timestamp{(now.ns / kMinute + 1) * kMinute});
    if (zone != zones.end() && is_within(schedule, zone->second, now)) mute(state, "by its schedule", state.until);
  }
  for (const MuteSpec* each : mutes) {
    if (now < each->from) state.until = std::min(state.until, each->from);
    if (now >= each->from && now < each->until) mute(state, each->file + ": " + each->reason, each->until);
  }
  if (deploy.ns != 0 && rule.mute_deploy.count() > 0 && now >= deploy && now < deploy + rule.mute_deploy)
    mute(state, "a deploy is on", deploy + rule.mute_deploy);
  return state;
}

}  // namespace longshore::rules
