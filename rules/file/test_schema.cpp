#include "rules/file/rule_schema.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using config::choice;
using config::field;
using config::list;
using config::Schema;
using Kind = AlertChange::Kind;

const Schema<TestLine>& line_schema() {
  static const Schema<TestLine> schema{
      field("line", &TestLine::line, "The line; a text without a map around it is one too")
          .required()
          .example("'Out of memory: Killed process 42 (java)'"),
      field("at", &TestLine::at, "When it comes, from the beginning of the test").between(0s, 24h * 365),
      field("times", &TestLine::times, "It comes so often").between(1U, 100'000U),
      field("every", &TestLine::every, "With so long between").between(0s, 24h),
  };
  return schema;
}

const Schema<ExpectationText>& expectation_schema() {
  static const Schema<ExpectationText> schema{
      config::one_of(
          field("open", &ExpectationText::values, "An alert opens: `at:` when, and values by name")
              .chooses(&ExpectationText::kind, Kind::open)
              .example("{at: 5m, cap.ip: 192.0.2.7}"),
          field("note", &ExpectationText::values, "Something is noted on it").chooses(&ExpectationText::kind, Kind::note),
          field("close", &ExpectationText::values, "It closes").chooses(&ExpectationText::kind, Kind::close))
          .required(),
  };
  return schema;
}

}  // namespace

const Schema<TestText>& test_schema() {
  static const Schema<TestText> schema{
      field("name", &TestText::name, "What the test shows").required().example("'one kill opens, and it closes after 15m'"),
      config::one_of(list("lines", &TestText::lines, line_schema(), "Lines with the times at which they come"),
                     field("file", &TestText::file, "A file with lines that carry their own times, beside the rule's"))
          .required(),
      choice("format", &TestText::format,
             {{"raw", LineFormat::raw},
              {"rfc3164", LineFormat::rfc3164},
              {"rfc5424", LineFormat::rfc5424},
              {"json", LineFormat::json}},
             "How a line becomes an event; of `raw`, all of it is the message"),
      field("source", &TestText::source, "The name of the source"),
      list("expect", &TestText::expect, expectation_schema(), "All that is told, in this order; nothing if empty"),
  };
  return schema;
}

}  // namespace longshore::rules
