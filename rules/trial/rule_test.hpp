// A test of a rule (rules/file/test_spec.hpp), run: its lines in virtual time, and whether what is told is what it expects.
//
// A test begins at the time of its first line, if that carries one, else on Wednesday, 2026-01-07 at noon UTC. Mutes of the
// folder `mutes/` are not in force: they are about certain days. The rule's own schedules are.
#pragma once

#include <string>
#include <vector>

#include "rules/engine/program.hpp"
#include "rules/trial/coverage.hpp"

namespace longshore::rules {

struct TestResult {
  const RuleSpec* rule = nullptr;
  const TestSpec* test = nullptr;
  base::Timestamp start;
  std::vector<AlertChange> told;  // without repeats
  std::string problem;            // why it could not be run; empty: it was
  bool passed = false;
};

struct RuleTests {
  std::vector<TestResult> results;
  std::vector<UncoveredClause> uncovered;  // of a rule that has tests
};

// `set`: the rule's, for lists and zones; outlives what is returned, as does `rule`.
RuleTests run_tests(const RuleSpec& rule, const RuleSet& set);

// Whether `change`, told `after` the beginning, is what is expected.
bool is_expected(const Expectation& expected, const AlertChange& change, base::Duration after, const RuleSpec& rule);

// A value of a change by the name under which tests ask for it.
std::string value_of(const AlertChange& change, const std::string& name, const RuleSpec& rule);

}  // namespace longshore::rules
