#include "shipper/config/schemas.hpp"

namespace longshore::shipper {
namespace {

using config::Needed;
using config::Schema;

const Schema<TransformCondition>& condition_schema() {
  using Is = TransformCondition::Is;
  static const Schema<TransformCondition> schema =
      Schema<TransformCondition>()
          .field("field", &TransformCondition::field,
                 "message, host, app, pid, msgid, severity, source, or the name of a field", Needed::yes)
          .choice("is", &TransformCondition::is,
                  {{"equals", Is::equals}, {"contains", Is::contains}, {"matches", Is::matches}},
                  "How the value is compared; `matches` takes an RE2 pattern")
          .field("value", &TransformCondition::value, "What it is compared with", Needed::yes)
          .field("negate", &TransformCondition::negate, "The condition holds where the comparison does not");
  return schema;
}

template <class T>
Schema<T> with_where(Schema<T> schema, Needed needed = Needed::no) {
  return std::move(schema).list("where", &T::where, condition_schema(), "Only events for which all of these hold", needed);
}

const Schema<RedactOptions::Pattern>& pattern_schema() {
  static const Schema<RedactOptions::Pattern> schema =
      Schema<RedactOptions::Pattern>()
          .field("name", &RedactOptions::Pattern::name, "Stands in place of the text: `[redacted:NAME]`", Needed::yes)
          .field("regex", &RedactOptions::Pattern::regex, "RE2 pattern; with a group, only the group is replaced",
                 Needed::yes);
  return schema;
}

const Schema<ParseJsonOptions>& parse_json_schema() {
  static const Schema<ParseJsonOptions> schema = with_where(Schema<ParseJsonOptions>());
  return schema;
}
const Schema<DropOptions>& drop_schema() {
  static const Schema<DropOptions> schema = with_where(Schema<DropOptions>(), Needed::yes);
  return schema;
}
const Schema<SampleOptions>& sample_schema() {
  static const Schema<SampleOptions> schema = with_where(Schema<SampleOptions>().field(
      "keep_one_in", &SampleOptions::keep_one_in, "The first of each so many events is kept", Needed::yes));
  return schema;
}
const Schema<RedactOptions>& redact_schema() {
  static const Schema<RedactOptions> schema =
      Schema<RedactOptions>()
          .field("tokens", &RedactOptions::tokens, "Bearer tokens, JWT, values of `token=`, `password=`, `api_key=`")
          .field("keys", &RedactOptions::keys, "Keys of AWS, GitHub and Slack, private key blocks")
          .field("cards", &RedactOptions::cards, "Card numbers that satisfy Luhn's check")
          .list("patterns", &RedactOptions::patterns, pattern_schema(), "More patterns");
  return schema;
}
const Schema<SetOptions>& set_schema() {
  static const Schema<SetOptions> schema = with_where(
      Schema<SetOptions>()
          .field("fields", &SetOptions::fields, "Fields that are added to each event")
          .field("tags", &SetOptions::tags, "Tags that are added to the source's own; `where` does not apply to them"));
  return schema;
}
const Schema<CollapseOptions>& collapse_schema() {
  static const Schema<CollapseOptions> schema =
      with_where(Schema<CollapseOptions>()
                     .field("window", &CollapseOptions::window,
                            "The count of equal messages comes at the latest this long after the first")
                     .field("max_distinct", &CollapseOptions::max_distinct,
                            "Different messages watched at a time; others pass as they are"));
  return schema;
}

}  // namespace

std::vector<config::Alternative<TransformOptions>> transform_alternatives() {
  using config::alternative;
  return {alternative<ParseJsonOptions, TransformOptions>("parse_json", parse_json_schema(),
                                                          "Members of a JSON message become fields"),
          alternative<DropOptions, TransformOptions>("drop", drop_schema(), "Drops events, counted"),
          alternative<SampleOptions, TransformOptions>("sample", sample_schema(), "Keeps one in so many"),
          alternative<RedactOptions, TransformOptions>("redact", redact_schema(),
                                                       "Takes secrets out before anything is written"),
          alternative<SetOptions, TransformOptions>("set", set_schema(), "Adds fields and tags"),
          alternative<CollapseOptions, TransformOptions>("collapse", collapse_schema(),
                                                         "Equal messages become one with their count")};
}

}  // namespace longshore::shipper
