#include "rules/file/rule_schema.hpp"

namespace longshore::rules {
namespace {

using namespace std::chrono_literals;
using config::field;
using config::nested;
using config::Schema;
using Form = WhenText::Form;

constexpr base::Duration kDay = 24h;

const Schema<DistinctText>& distinct_schema() {
  static const Schema<DistinctText> schema{
      field("field", &DistinctText::field, "The field whose values are counted")
          .is(kind_of_text("field"))
          .required()
          .example("cap.user"),
      field("count", &DistinctText::count, "How many different ones")
          .is(kind_of_text("comparison"))
          .required()
          .example("'>= 5'"),
  };
  return schema;
}

const Schema<RatioText>& ratio_schema() {
  static const Schema<RatioText> schema{
      field("of", &RatioText::of, "Of the events that match, those that are counted")
          .is(kind_of_text("query"))
          .required()
          .example("'haproxy.status:[500 TO 599]'"),
      field("share", &RatioText::share, "Their share of all").is(kind_of_text("comparison")).required().example("'>= 5%'"),
  };
  return schema;
}

}  // namespace

const Schema<WhenText>& when_schema() {
  static const Schema<WhenText> schema{
      config::one_of(
          field("count", &WhenText::count, "So many matches; `within` a time unless it is one")
              .is(kind_of_text("comparison"))
              .chooses(&WhenText::form, Form::count)
              .example("'>= 20'"),
          field("absent", &WhenText::absent, "No match for so long, after there was one or in a group that is expected")
              .between(1s, 7 * kDay)
              .chooses(&WhenText::form, Form::absent)
              .example("10m"),
          nested("distinct", &WhenText::distinct, distinct_schema(), "Different values of a field `within` a time")
              .chooses(&WhenText::form, Form::distinct),
          nested("ratio", &WhenText::ratio, ratio_schema(), "The share of some among all matches `within` a time")
              .chooses(&WhenText::form, Form::ratio),
          field("rate", &WhenText::rate, "Matches `within` a period against those in the one before it")
              .is(kind_of_text("comparison"))
              .chooses(&WhenText::form, Form::rate)
              .example("'>= 3x'"),
          field("sequence", &WhenText::sequence,
                "Queries that match one after the other `within` a time; one after `not ` must not match until it is over")
              .chooses(&WhenText::form, Form::sequence)
              .example("[starting, 'not \"started in\"']"),
          field("first_seen", &WhenText::first_seen, "A value of this field that was not seen before")
              .is(kind_of_text("field"))
              .chooses(&WhenText::form, Form::first_seen)
              .example("cap.user"))
          .required(),
      field("within", &WhenText::within, "The time that the form looks back; it slides").between(1s, 7 * kDay).example("5m"),
      field("min", &WhenText::min, "Of `ratio` and `rate`: fewer matches than this decide nothing")
          .between(1U, 1'000'000'000U),
      field("expected", &WhenText::expected,
            "Of `absent`: groups that must be heard from the start; values of several fields are joined by |")
          .example("[web-1, web-2]"),
      field("forget", &WhenText::forget, "Of `absent`: a group is given up after so long; never if 0s")
          .between(0s, 90 * kDay),
      field("remember", &WhenText::remember, "Of `first_seen`: how long a value is known; 30d if not given")
          .between(1s, 365 * kDay),
  };
  return schema;
}

}  // namespace longshore::rules
