#include "rules/file/when_reader.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <initializer_list>

#include "rules/file/comparison.hpp"

namespace longshore::rules {
namespace {

using config::Spot;
using Form = WhenText::Form;

constexpr std::array<std::string_view, 8> kForms = {"",      "count", "absent",   "distinct",
                                                    "ratio", "rate",  "sequence", "first_seen"};
constexpr double kMostCount = 1e15;

// Options that say more about a form, and the forms that they go with.
void check_options(const Spot& spot, Form form) {
  const auto only = [&](std::string_view option, std::initializer_list<Form> forms) {
    if (spot.node().find(option) == nullptr) return;
    for (const Form each : forms)
      if (each == form) return;
    spot.option(option).wrong(fmt::format("does not go with \"{}\"", kForms[static_cast<std::size_t>(form)]));
  };
  only("within", {Form::count, Form::distinct, Form::ratio, Form::rate, Form::sequence});
  only("min", {Form::ratio, Form::rate});
  only("expected", {Form::absent});
  only("forget", {Form::absent});
  only("remember", {Form::first_seen});
}

NumberComparison compared(const Spot& spot, const std::string& text, std::string_view unit) {
  const auto parsed = parse_comparison(text, unit);
  if (!parsed) spot.wrong(parsed.error());
  return parsed.value_or(NumberComparison{});
}

// A whole number of things, at least.
std::uint64_t at_least(const Spot& spot, const std::string& text, double least) {
  const auto parsed = parse_comparison(text, "");
  if (!parsed) {
    spot.wrong(parsed.error());
    return 1;
  }
  const auto [comparison, number] = *parsed;
  const double needed = number + (comparison == Comparison::more ? 1 : 0);
  if (comparison == Comparison::less || comparison == Comparison::at_most)
    spot.wrong("can only be >= or >: for too few, use `absent`, `rate` or `ratio`");
  else if (needed != std::floor(needed) || needed < least || needed > kMostCount)
    spot.wrong(fmt::format("\"{}\" is not a whole number of at least {}", text, least));
  else
    return static_cast<std::uint64_t>(needed);
  return 1;
}

AbsentWhen absent(const Spot& spot, const WhenText& text, std::size_t group_by) {
  AbsentWhen out{.after = text.absent, .expected = {}, .forget = text.forget};
  for (std::size_t i = 0; i < text.expected.size(); ++i) {
    std::vector<std::string>& values = out.expected.emplace_back();
    for (std::string_view rest = text.expected[i];;) {
      const std::size_t bar = rest.find('|');
      values.emplace_back(rest.substr(0, bar));
      if (bar == std::string_view::npos) break;
      rest.remove_prefix(bar + 1);
    }
    if (values.size() != group_by)
      spot.option("expected")
          .item(i)
          .wrong(fmt::format("has {} value(s) joined by |, but group_by has {} field(s)", values.size(), group_by));
  }
  if (text.forget.count() != 0 && text.forget <= text.absent)
    spot.option("forget").wrong("must be longer than \"absent\", or the alert is never seen");
  return out;
}

SequenceWhen sequence(const Spot& spot, const WhenText& text, QueryReader& queries) {
  SequenceWhen out{.steps = {}, .within = text.within};
  constexpr std::string_view kNot = "not ";
  for (std::size_t i = 0; i < text.sequence.size(); ++i) {
    const std::string_view step = text.sequence[i];
    const Spot item = spot.option("sequence").item(i);
    const bool negated = step.starts_with(kNot);
    if (step.starts_with("NOT "))
      item.wrong("a step that must not come is written in small letters: \"not QUERY\"");
    else
      out.steps.push_back({queries.query(item, step.substr(negated ? kNot.size() : 0), negated ? kNot.size() : 0), negated});
  }
  if (!out.steps.empty() && out.steps[0].negated) spot.option("sequence").item(0).wrong("the first step cannot be a `not`");
  if (text.sequence.size() < 2 || text.sequence.size() > 16) spot.option("sequence").wrong("needs 2 to 16 steps");
  return out;
}

RatioWhen ratio(const Spot& spot, const WhenText& text, QueryReader& queries) {
  const Spot share = spot.option("ratio").option("share");
  const auto [comparison, number] = compared(share, text.ratio.share, "%");
  if (number > 100) share.wrong("is more than 100%");
  return {.of = queries.query(spot.option("ratio").option("of"), text.ratio.of),
          .comparison = comparison,
          .share = number / 100,
          .min_events = text.min,
          .within = text.within};
}

}  // namespace

When read_when(const Spot& spot, const WhenText& text, std::size_t group_by, QueryReader& queries) {
  check_options(spot, text.form);
  const bool timeless = text.form == Form::none || text.form == Form::absent || text.form == Form::first_seen;
  const auto needs_within = [&] {
    if (!timeless && text.within.count() == 0) spot.wrong("needs \"within\", e.g. within: 5m");
  };
  switch (text.form) {
    case Form::none:
      return CountWhen{};
    case Form::count: {
      const CountWhen when{at_least(spot.option("count"), text.count, 1), text.within};
      if (when.least > 1) needs_within();
      return when;
    }
    case Form::absent:
      return absent(spot, text, group_by);
    case Form::distinct:
      needs_within();
      return DistinctWhen{queries.field(spot.option("distinct").option("field"), text.distinct.field),
                          at_least(spot.option("distinct").option("count"), text.distinct.count, 2), text.within};
    case Form::ratio:
      needs_within();
      return ratio(spot, text, queries);
    case Form::rate: {
      needs_within();
      const auto [comparison, number] = compared(spot.option("rate"), text.rate, "x");
      return RateWhen{comparison, number, text.min, text.within};
    }
    case Form::sequence:
      needs_within();
      return sequence(spot, text, queries);
    case Form::first_seen:
      return FirstSeenWhen{queries.field(spot.option("first_seen"), text.first_seen),
                           text.remember.count() == 0 ? base::Duration(std::chrono::days(30)) : text.remember};
  }
  return CountWhen{};
}

}  // namespace longshore::rules
