#include "rules/trial/test_text.hpp"

#include <fmt/format.h>

#include <array>

#include "common/base/utf8.hpp"
#include "rules/query/field_ref.hpp"

namespace longshore::rules {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"open", "repeat", "note", "close"};

std::string_view kind_name(AlertChange::Kind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::string expectation_text(const Expectation& expected) {
  std::string inside = expected.at ? "at: " + base::format_duration(*expected.at) : "";
  for (const auto& [name, value] : expected.values) inside += (inside.empty() ? "" : ", ") + name + ": " + value;
  return fmt::format("{}: {{{}}}", kind_name(expected.kind), inside);
}

// The change with the values that the expectation asks for.
std::string beside(const Expectation& expected, const AlertChange& change, base::Duration after, const RuleSpec& rule) {
  std::string inside = "at: " + base::format_duration(after);
  for (const auto& [name, value] : expected.values) inside += fmt::format(", {}: {}", name, value_of(change, name, rule));
  return fmt::format("{}: {{{}}}", kind_name(change.kind), inside);
}

std::string xml(std::string_view raw) {
  const std::string text = base::cut_to_characters(raw, raw.size() + 1);  // UTF-8 it must be
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\n' || byte >= ' ')
      out += c;
  }
  return out;
}

}  // namespace

std::string as_expectation(const AlertChange& change, base::Duration after, const RuleSpec& rule) {
  std::string inside = "at: " + base::format_duration(after);
  for (std::size_t i = 0; i < rule.group_by.size() && i < change.group.size(); ++i)
    inside += fmt::format(", {}: {}", field_name(rule.group_by[i]), change.group[i]);
  return fmt::format("{}: {{{}}}", kind_name(change.kind), inside);
}

std::string difference(const TestResult& result) {
  if (!result.problem.empty()) return "  " + result.problem + "\n";
  std::string out;
  const auto& expect = result.test->expect;
  for (std::size_t i = 0; i < std::max(expect.size(), result.told.size()); ++i) {
    const bool has_told = i < result.told.size();
    const base::Duration after = has_told ? result.told[i].at - result.start : base::Duration{};
    if (i < expect.size() && has_told && is_expected(expect[i], result.told[i], after, *result.rule)) {
      out += fmt::format("    {}\n", as_expectation(result.told[i], after, *result.rule));
      continue;
    }
    if (i < expect.size()) out += fmt::format("  - {}\n", expectation_text(expect[i]));
    if (!has_told) continue;
    const bool same_kind = i < expect.size() && expect[i].kind == result.told[i].kind && !expect[i].values.empty();
    out += fmt::format("  + {}\n", same_kind ? beside(expect[i], result.told[i], after, *result.rule)
                                             : as_expectation(result.told[i], after, *result.rule));
  }
  return out;
}

std::string junit_xml(const std::vector<TestResult>& results) {
  std::string suites;
  for (std::size_t begin = 0, end = 0; begin < results.size(); begin = end) {
    std::string cases;
    std::size_t failures = 0;
    for (; end < results.size() && results[end].rule == results[begin].rule; ++end) {
      const TestResult& result = results[end];
      const std::string head =
          fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"", xml(result.rule->id),
                      xml(result.test->name), xml(result.rule->file), result.test->place.line);
      if (result.passed) {
        cases += head + "/>\n";
      } else {
        ++failures;
        cases +=
            fmt::format("{}>\n      <failure message=\"not what was expected (-), but (+)\">{}</failure>\n    </testcase>\n",
                        head, xml(difference(result)));
      }
    }
    suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n",
                          xml(results[begin].rule->id), end - begin, failures, cases);
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + suites + "</testsuites>\n";
}

}  // namespace longshore::rules
