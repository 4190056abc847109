#include "shipper/config/schemas.hpp"
#include "shipper/config/value_rules.hpp"

namespace longshore::shipper {
namespace {

using namespace std::chrono_literals;
using config::field;
using config::list;
using config::Rows;
using config::Schema;

const Schema<TransformCondition>& condition_schema() {
  using Is = TransformCondition::Is;
  static const Schema<TransformCondition> schema{
      field("field", &TransformCondition::field,
            "message, host, app, pid, msgid, severity (by name), source, or the name of a field")
          .required()
          .example("app"),
      config::one_of(field("equals", &TransformCondition::value, "The whole text")
                         .chooses(&TransformCondition::is, Is::equals)
                         .example("nginx"),
                     field("contains", &TransformCondition::value, "A part of the text")
                         .chooses(&TransformCondition::is, Is::contains)
                         .example("health"),
                     field("matches", &TransformCondition::value, "Found anywhere in the text")
                         .is(re2_pattern())
                         .chooses(&TransformCondition::is, Is::matches)
                         .example("'^GET /health'"))
          .required(),
      field("not", &TransformCondition::negate, "The condition holds where the comparison does not"),
  };
  return schema;
}

template <class T>
Rows<T> where() {
  return list("where", &T::where, condition_schema(), "Only events for which all of these hold");
}

const Schema<RedactOptions::Pattern>& pattern_schema() {
  using Pattern = RedactOptions::Pattern;
  static const Schema<Pattern> schema{
      field("name", &Pattern::name, "Stands in place of the text: `[redacted:NAME]`").required().example("customer"),
      field("regex", &Pattern::regex, "What is replaced; with a group, only the group")
          .is(re2_pattern())
          .required()
          .example(R"('customer=(\d+)')"),
  };
  return schema;
}

const Schema<ParseJsonOptions>& parse_json_schema() {
  static const Schema<ParseJsonOptions> schema{where<ParseJsonOptions>()};
  return schema;
}

const Schema<DropOptions>& drop_schema() {
  static const Schema<DropOptions> schema{where<DropOptions>().required().example("[{field: severity, equals: debug}]")};
  return schema;
}

const Schema<SampleOptions>& sample_schema() {
  static const Schema<SampleOptions> schema{
      field("keep_one_in", &SampleOptions::keep_one_in, "The first of each so many events is kept")
          .between(1, 1'000'000'000)
          .required()
          .example("10"),
      where<SampleOptions>(),
  };
  return schema;
}

const Schema<RedactOptions>& redact_schema() {
  static const Schema<RedactOptions> schema{
      field("tokens", &RedactOptions::tokens, "Bearer tokens, JWT, values of `token=`, `password=`, `api_key=`"),
      field("keys", &RedactOptions::keys, "Keys of AWS, GitHub and Slack, private key blocks"),
      field("cards", &RedactOptions::cards, "Card numbers that satisfy Luhn's check"),
      list("patterns", &RedactOptions::patterns, pattern_schema(), "More patterns"),
  };
  return schema;
}

const Schema<SetOptions>& set_schema() {
  static const Schema<SetOptions> schema{
      field("fields", &SetOptions::fields, "Fields that are added to each event").example("{site: berlin}"),
      field("tags", &SetOptions::tags, "Tags that are added to the source's own; `where` does not apply to them"),
      where<SetOptions>(),
  };
  return schema;
}

const Schema<CollapseOptions>& collapse_schema() {
  static const Schema<CollapseOptions> schema{
      field("window", &CollapseOptions::window, "The count of equal messages comes at the latest this long after the first")
          .between(10ms, 1h),
      field("max_distinct", &CollapseOptions::max_distinct, "Different messages watched at a time; others pass as they are")
          .between(1, 1'000'000),
      where<CollapseOptions>(),
  };
  return schema;
}

}  // namespace

const config::Variants<TransformOptions>& transform_forms() {
  static const auto forms =
      config::Variants<TransformOptions>()
          .add<ParseJsonOptions>("parse_json", "Members of a JSON message become fields", parse_json_schema())
          .add<DropOptions>("drop", "Drops events, counted", drop_schema())
          .add<SampleOptions>("sample", "Keeps one in so many", sample_schema())
          .add<RedactOptions>("redact", "Takes secrets out before anything is written", redact_schema())
          .add<SetOptions>("set", "Adds fields and tags", set_schema())
          .add<CollapseOptions>("collapse", "Equal messages become one with their count", collapse_schema());
  return forms;
}

}  // namespace longshore::shipper
