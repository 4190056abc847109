// A test of a rule, as it stands in the rule's file: lines at times, and what must be told about alerts. Times are offsets
// from the beginning of the test; nothing waits for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "common/config/node.hpp"
#include "rules/alert/alert_change.hpp"

namespace longshore::rules {

// How a line of a test becomes an event.
enum class LineFormat { raw, rfc3164, rfc5424, json };

struct TestLine {
  std::string line;
  base::Duration at{};      // offset
  std::uint32_t times = 1;  // it comes so often,
  base::Duration every{};   // with so long between
};

struct Expectation {
  AlertChange::Kind kind = AlertChange::Kind::open;  // repeat is never expected
  std::optional<base::Duration> at;                  // offset; nothing: any time
  // Names as in a template, with the value that they must have.
  std::vector<std::pair<std::string, std::string>> values;
};

struct TestSpec {
  std::string name;
  config::Place place;
  std::vector<TestLine> lines;  // in the order of their offsets; empty: `file`
  std::string file;             // path of a file with lines, which carry their own times
  LineFormat format = LineFormat::raw;
  std::string source = "test";
  std::vector<Expectation> expect;  // all that is told, in this order
};

}  // namespace longshore::rules
