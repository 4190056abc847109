#include "rules/trial/rule_test.hpp"

#include <algorithm>

#include "rules/lines/merged_lines.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/trial/virtual_time.hpp"

namespace longshore::rules {
namespace {

const base::Timestamp kUsualStart = base::from_civil({.year = 2026, .month = 1, .day = 7, .hour = 12});

InputFormat input_format(LineFormat format) {
  switch (format) {
    case LineFormat::raw:
      return InputFormat::raw;
    case LineFormat::rfc3164:
      return InputFormat::rfc3164;
    case LineFormat::rfc5424:
      return InputFormat::rfc5424;
    case LineFormat::json:
      break;
  }
  return InputFormat::json;
}

class Run {
 public:
  Run(const RuleSpec& rule, const TestSpec& test, std::shared_ptr<const Program> program, Coverage& coverage)
      : test_(test), program_(std::move(program)), coverage_(coverage), format_(input_format(test.format)) {
    result_.rule = &rule;
    result_.test = &test;
  }

  TestResult run() {
    if (test_.file.empty())
      run_lines();
    else
      run_file();
    result_.passed = result_.problem.empty() && as_expected();
    return std::move(result_);
  }

 private:
  VirtualTime begin(base::Timestamp start) {
    result_.start = start;
    return VirtualTime(program_, {.host = "test", .late = std::chrono::hours(24)}, start, [this](AlertChange change) {
      if (change.kind != AlertChange::Kind::repeat) result_.told.push_back(std::move(change));
    });
  }

  struct Moment {
    base::Duration at;
    std::size_t line;
  };

  // Lines that come several times mix with those behind them.
  std::vector<Moment> moments() const {
    std::vector<Moment> all;
    for (std::size_t i = 0; i < test_.lines.size(); ++i)
      for (std::uint32_t n = 0; n < test_.lines[i].times; ++n)
        all.push_back({test_.lines[i].at + n * test_.lines[i].every, i});
    std::stable_sort(all.begin(), all.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
    return all;
  }

  void run_lines() {
    LineBatch batch;
    LineParser parser(format_, test_.source, kUsualStart);
    for (const TestLine& line : test_.lines) parser.parse(line.line, kUsualStart, batch);
    VirtualTime time = begin(batch.size() > 0 ? batch[0].time - test_.lines[0].at : kUsualStart);
    for (std::size_t i = 0; i < batch.size(); ++i) coverage_.see(batch[i]);
    for (const Moment& moment : moments()) {
      EventView event = batch[moment.line];
      event.time = result_.start + moment.at;
      time.show(event);
    }
    time.finish();
  }

  void run_file() {
    MergedLines lines({test_.file}, format_);
    LineBatch batch;
    if (!lines.read(1, batch)) {
      result_.problem = lines.problems().empty() ? test_.file + ": no line carries a time, or one that is not in the future"
                                                 : lines.problems()[0];
      return;
    }
    VirtualTime time = begin(batch[0].time);
    do {
      for (std::size_t i = 0; i < batch.size(); ++i) {
        EventView event = batch[i];
        event.source = test_.source;
        coverage_.see(event);
        time.show(event);
      }
      batch.clear();
    } while (lines.read(100, batch));
    time.finish();
    if (!lines.problems().empty()) result_.problem = lines.problems()[0];
  }

  bool as_expected() const {
    return std::equal(test_.expect.begin(), test_.expect.end(), result_.told.begin(), result_.told.end(),
                      [&](const Expectation& expected, const AlertChange& change) {
                        return is_expected(expected, change, change.at - result_.start, *result_.rule);
                      });
  }

  const TestSpec& test_;
  std::shared_ptr<const Program> program_;
  Coverage& coverage_;
  InputFormat format_;
  TestResult result_;
};

}  // namespace

RuleTests run_tests(const RuleSpec& rule, const RuleSet& set) {
  RuleTests all;
  if (rule.tests.empty()) return all;
  RuleSet alone;
  alone.rules = {rule};
  alone.lists = set.lists;
  alone.zones = set.zones;
  const std::shared_ptr<const Program> program = compile_rules(std::move(alone));
  Coverage coverage(*program);
  for (const TestSpec& test : rule.tests) all.results.push_back(Run(rule, test, program, coverage).run());
  all.uncovered = coverage.uncovered();
  return all;
}

std::string value_of(const AlertChange& change, const std::string& name, const RuleSpec& rule) {
  if (name == "message") return change.message;
  if (name == "count") return std::to_string(change.count);
  if (name == "priority") return "P" + std::to_string(static_cast<int>(change.priority));
  if (name == "note") return change.note;
  for (std::size_t i = 0; i < rule.group_by.size() && i < change.group.size(); ++i)
    if (field_name(rule.group_by[i]) == name) return change.group[i];
  return {};
}

bool is_expected(const Expectation& expected, const AlertChange& change, base::Duration after, const RuleSpec& rule) {
  return expected.kind == change.kind && (!expected.at || *expected.at == after) &&
         std::all_of(expected.values.begin(), expected.values.end(),
                     [&](const auto& value) { return value_of(change, value.first, rule) == value.second; });
}

}  // namespace longshore::rules
