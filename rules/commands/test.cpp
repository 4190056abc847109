#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "common/base/file_system.hpp"
#include "rules/commands/commands.hpp"
#include "rules/commands/terminal.hpp"
#include "rules/report/words.hpp"
#include "rules/trial/test_text.hpp"

namespace longshore::rules {
namespace {

void print_result(const TestResult& result, bool colours) {
  if (result.passed) return;
  fmt::print("{} {}: {}\n  {}:{}: - expected, + told\n", paint("FAIL", Colour::red, colours), result.rule->id,
             printable(result.test->name), result.rule->file, result.test->place.line);
  std::string text = difference(result);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = printable(std::string_view(text).substr(begin, end - begin));
    fmt::print("{}\n", line.starts_with("  -")   ? paint(line, Colour::red, colours)
                       : line.starts_with("  +") ? paint(line, Colour::green, colours)
                                                 : line);
    begin = end + 1;
  }
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) fmt::print(stderr, "{} cannot be written\n", path);
  return bool(out);
}

}  // namespace

int test(const TestOptions& options) {
  base::PosixFileSystem files;
  const RuleSet set = load_rules(options.dir, files);
  if (!set.problems.empty()) {
    std::fputs(set.problems.c_str(), stderr);
    return kConfiguration;
  }
  const auto asked_for = [&](const std::string& id) {
    return options.rules.empty() || std::find(options.rules.begin(), options.rules.end(), id) != options.rules.end();
  };
  const bool colours = shows_colours();
  std::vector<TestResult> results;
  std::string gaps;
  std::size_t rules = 0, untested = 0;
  for (const RuleSpec& rule : set.rules) {
    if (!asked_for(rule.id)) continue;
    ++rules;
    if (rule.tests.empty()) {
      ++untested;
      gaps += fmt::format("{}:{}: {} has no tests\n", rule.file, rule.place.line, rule.id);
    }
    RuleTests tests = run_tests(rule, set);
    for (TestResult& result : tests.results) {
      print_result(result, colours);
      results.push_back(std::move(result));
    }
    for (const UncoveredClause& clause : tests.uncovered)
      gaps += fmt::format("{}:{}: {}: {}: no test {} `{}`\n", rule.file, rule.place.line, rule.id, clause.where,
                          clause.never_true ? "has a line that satisfies" : "hangs on", printable(clause.clause));
  }
  if (rules == 0) {
    fmt::print(stderr, "{}: there is no such rule\n", options.dir);
    return kUsage;
  }
  if (options.coverage) std::fputs(paint(gaps, Colour::dim, colours && !gaps.empty()).c_str(), stdout);
  if (!options.junit.empty() && !write_file(options.junit, junit_xml(results))) return kUnavailable;
  const auto failed = std::count_if(results.begin(), results.end(), [](const TestResult& result) { return !result.passed; });
  fmt::print("{} of {}: {}\n", plural(results.size(), "test"), plural(rules - untested, "rule"),
             failed == 0 ? paint("all passed", Colour::green, colours)
                         : paint(fmt::format("{} failed", failed), Colour::red, colours));
  return failed == 0 ? kOk : kFailed;
}

}  // namespace longshore::rules
