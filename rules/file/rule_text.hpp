// A rule as it is written: what a YAML map says, with queries, fields and templates still as text. The tables of options are
// in rule_schema.hpp; rule_reader.hpp makes a RuleSpec of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

struct OpenText {
  base::Duration hold{};
  base::Duration keep = std::chrono::minutes(15);
};

struct AlertText : AlertSpec {
  std::vector<std::string> responder_texts;  // "team:infra"
};

struct MuteTimesText {
  std::vector<std::string> schedule;
  base::Duration deploy{};
};

struct LimitsText {
  std::uint32_t max_open = 50, max_groups = 10'000;
  base::Duration notify_every = std::chrono::hours(1);
};

// What defaults.yaml may say.
struct DefaultsText {
  OpenText open;
  AlertText alert;
  MuteTimesText mute;
  LimitsText limits;
};

struct DistinctText {
  std::string field, count;
};

struct RatioText {
  std::string of, share;
};

struct WhenText {
  enum class Form { none, count, absent, distinct, ratio, rate, sequence, first_seen };
  Form form = Form::none;
  std::string count, rate, first_seen;
  base::Duration absent{};
  DistinctText distinct;
  RatioText ratio;
  std::vector<std::string> sequence;
  // Of some forms:
  base::Duration within{}, forget{}, remember{};
  std::uint64_t min = 1;
  std::vector<std::string> expected;
};

struct ExpectationText {
  AlertChange::Kind kind{};
  std::vector<std::pair<std::string, std::string>> values;
};

struct TestText {
  std::string name, file, source = "test";
  std::vector<TestLine> lines;
  LineFormat format = LineFormat::raw;
  std::vector<ExpectationText> expect;
};

struct RuleText : DefaultsText {
  std::string id, match, clear;
  std::vector<std::string> extract, group_by;
  WhenText when;
  std::vector<TestText> tests;
};

struct MuteText {
  std::string reason, match, from, until;
  std::vector<std::string> rules;
};

}  // namespace longshore::rules
