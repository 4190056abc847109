// One rule as its file says it (docs/rules/language.md), checked and parsed, nothing compiled yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/duration.hpp"
#include "common/config/node.hpp"
#include "rules/alert/alert_change.hpp"
#include "rules/file/test_spec.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

enum class Comparison : std::uint8_t { less, at_most, at_least, more };

struct QuerySpec {
  std::string text;
  Node tree;
};

// `count: ">= 20"`, `within: 5m`
struct CountWhen {
  std::uint64_t least = 1;
  base::Duration within{};  // of the event's time; 0 only with least == 1: every match
};
// `absent: 10m`: no match for so long. Armed by the first match, or from the start for the groups in `expected`.
struct AbsentWhen {
  base::Duration after{};
  std::vector<std::vector<std::string>> expected;  // values of group_by
  base::Duration forget{};                         // a group unseen for so long is forgotten; 0: never
};
// `distinct: {field: cap.user, count: ">= 5"}`, `within: 10m`
struct DistinctWhen {
  FieldRef field;
  std::uint64_t least = 2;
  base::Duration within{};
};
// `ratio: {of: QUERY, share: ">= 5%"}`, `within: 5m`, `min: 100`: matches of `of` among all matches of `match`
struct RatioWhen {
  QuerySpec of;
  Comparison comparison = Comparison::at_least;
  double share = 0;  // 0 to 1
  std::uint64_t min_events = 1;
  base::Duration within{};
};
// `rate: ">= 3x"`, `within: 10m`, `min: 20`: matches in the period against those in the one before it
struct RateWhen {
  Comparison comparison = Comparison::at_least;
  double factor = 1;
  std::uint64_t min_events = 1;  // in the larger of the two periods
  base::Duration within{};
};
// `sequence: [A, B, not C]`, `within: 5m`: the steps one after the other; a negated one must not come until the time is over
struct SequenceWhen {
  struct Step {
    QuerySpec query;
    bool negated = false;
  };
  std::vector<Step> steps;
  base::Duration within{};
};
// `first_seen: cap.user`, `remember: 30d`
struct FirstSeenWhen {
  FieldRef field;
  base::Duration remember{};
};
using When = std::variant<CountWhen, AbsentWhen, DistinctWhen, RatioWhen, RateWhen, SequenceWhen, FirstSeenWhen>;

struct ExtractSpec {
  FieldRef field;
  std::string pattern;             // RE2 with named groups
  std::vector<std::string> names;  // of its groups
};

enum class Scope { host, fleet };

struct AlertSpec {
  Priority priority = Priority::p3;
  Scope scope = Scope::host;
  std::string message, description, runbook;  // templates: {count} {rule} {host.name} {cap.x} {json.a.b} …
  std::vector<std::pair<std::string, std::string>> details;
  std::vector<Responder> responders;
  std::vector<std::string> tags;
  std::uint32_t samples = 3;
};

// Weekly time in a zone: `Sat 02:00-04:00 Europe/Zurich`, `Mon-Fri 22:00-06:00 UTC`
struct Schedule {
  std::uint8_t days = 0x7F;                         // bit 0: Monday
  std::uint16_t from_minute = 0, until_minute = 0;  // of the day; until <= from: over midnight
  std::string zone;                                 // IANA name
};

struct RuleSpec {
  std::string id;
  std::string file;
  config::Place place;
  QuerySpec match;
  std::vector<ExtractSpec> extract;
  std::vector<FieldRef> group_by;
  When when = CountWhen{};
  base::Duration open_for{};                       // the condition must hold so long
  base::Duration keep = std::chrono::minutes(15);  // quiet time after which it closes by itself
  std::optional<QuerySpec> clear;                  // closes it at once
  AlertSpec alert;
  std::vector<Schedule> mute;
  base::Duration mute_deploy{};  // this long after a deploy marker alerts are held
  std::uint32_t max_open = 50;
  std::uint32_t max_groups = 10'000;
  base::Duration notify_every = std::chrono::hours(1);  // a repeat at most so often
  std::vector<TestSpec> tests;
};

// `mutes/*.yaml`: a mute with a mandatory end
struct MuteSpec {
  std::string file;
  config::Place place;
  std::string reason;
  std::vector<std::string> rules;  // ids, may end in *
  std::optional<QuerySpec> match;  // only alerts whose opening event matches
  base::Timestamp from, until;
};

}  // namespace longshore::rules
