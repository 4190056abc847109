// Results of tests as people read them, and as JUnit's XML. Pure.
#pragma once

#include <string>
#include <vector>

#include "rules/trial/rule_test.hpp"

namespace longshore::rules {

// What was expected and what was told, one beside the other in the order of time, where they differ marked with "-" and "+";
// of a test that failed. Lines of text.
std::string difference(const TestResult& result);

// The change as a test would expect it: `open: {at: 5m, cap.ip: 192.0.2.7}`
std::string as_expectation(const AlertChange& change, base::Duration after, const RuleSpec& rule);

// <testsuites> with a suite for each rule, as Jenkins, GitLab and GitHub read them.
std::string junit_xml(const std::vector<TestResult>& results);

}  // namespace longshore::rules
