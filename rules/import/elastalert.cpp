#include "rules/import/elastalert.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "rules/import/documents.hpp"
#include "rules/import/draft.hpp"
#include "rules/import/elastalert_filter.hpp"
#include "rules/import/query_build.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/literals.hpp"

namespace longshore::rules {
namespace {

using Tree = rules::Node;
using Map = config::Node;

// What a rule needs and does not have, or has and cannot keep.
struct Refused {
  std::string why;
};
[[noreturn]] void refuse(std::string why) { throw Refused{std::move(why)}; }

template <class T>
T value_of(std::expected<T, std::string> result) {
  if (!result) refuse(result.error());
  return std::move(*result);
}

std::string needed(const Map& rule, std::string_view key) {
  std::string text = text_of(rule, key);
  if (text.empty()) refuse(fmt::format("has no \"{}\"", key));
  return text;
}
double number(const Map& rule, std::string_view key) {
  const Literal value = literal(needed(rule, key), true);
  if (!value.numeric || value.number < 0) refuse(fmt::format("\"{}\" is no number", key));
  return value.number;
}

// {minutes: 5, hours: 1}
base::Duration time_of(const Map& rule, std::string_view key) {
  using namespace std::chrono_literals;
  const std::map<std::string, base::Duration> kUnits = {{"milliseconds", 1ms}, {"seconds", 1s}, {"minutes", 1min},
                                                        {"hours", 1h},         {"days", 24h},   {"weeks", 168h}};
  const Map* const node = rule.find(key);
  if (node == nullptr || node->map.empty()) refuse(fmt::format("has no \"{}\"", key));
  base::Duration sum{};
  for (const auto& [unit, value] : node->map) {
    const auto known = kUnits.find(unit.scalar);
    const Literal count = literal(value.scalar, true);
    if (known == kUnits.end() || !count.numeric || !(count.number >= 0 && count.number < 1e5))
      refuse(fmt::format("\"{}\" is no time", key));
    sum += std::chrono::duration_cast<base::Duration>(known->second * count.number);
  }
  return sum;
}

std::string field_text(const std::string& name) { return field_name(value_of(elastic_field(name))); }

Tree any_exactly(const FieldRef& field, const std::vector<std::string>& values) {
  std::vector<Tree> any;
  for (const std::string& value : values) {
    if (value.starts_with("!file")) refuse("its list stands in a file of its own: write list(NAME) by hand");
    any.push_back(
        leaf_of({.field = field, .op = Predicate::Op::exact, .values = {literal(value, false)}, .ignore_case = false}));
  }
  if (any.empty()) refuse("its list is empty");
  return any_of(std::move(any));
}

class Importer {
 public:
  ImportResult run(const std::vector<ImportFile>& files) {
    for (const ImportFile& file : files)
      for (const Document& document : read_documents(file.text)) {
        from_ = file.name;
        const std::string name = text_of(document.root, "name");
        if (!name.empty()) from_ += ": " + name;
        for (char& c : from_) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        try {
          if (!document.problem.empty()) refuse(document.problem);
          convert(document.root);
        } catch (const Refused& refused) {
          drafts_.refuse(from_, refused.why);
        }
      }
    return drafts_.take();
  }

 private:
  void convert(const Map& rule) {
    known_ = {"name",
              "type",
              "index",
              "filter",
              "query_key",
              "description",
              "is_enabled",
              "opsgenie_priority",
              "opsgenie_tags",
              "opsgenie_teams",
              "opsgenie_recipients"};
    if (text_of(rule, "is_enabled") == "false") refuse("is switched off");
    Draft draft = draft_of(rule);
    Tree tree = value_of(elastic_filters(rule.find("filter")));
    for (const std::string& key : texts_of(rule.find("query_key"))) draft.group_by.push_back(field_text(key));
    std::vector<Draft> drafts = by_type(rule, std::move(draft), std::move(tree));
    for (const Draft& each : drafts) drafts_.add(from_, each);
    std::string left;
    for (const auto& [key, value] : rule.map)
      if (!known_.contains(key.scalar)) left += (left.empty() ? "" : ", ") + key.scalar;
    if (!left.empty()) drafts_.note(from_, "not carried over: " + left);
  }

  static Draft draft_of(const Map& rule) {
    Draft draft;
    draft.title = needed(rule, "name");
    draft.id = "elastalert-" + id_of(draft.title);
    draft.description = text_of(rule, "description");
    draft.priority = text_of(rule, "opsgenie_priority");
    if (draft.priority.empty()) draft.priority = "P3";
    draft.tags = texts_of(rule.find("opsgenie_tags"));
    if (const std::string index = text_of(rule, "index"); !index.empty()) draft.tags.push_back("index:" + index);
    for (const std::string& team : texts_of(rule.find("opsgenie_teams"))) draft.responders.push_back("team:" + team);
    for (const std::string& user : texts_of(rule.find("opsgenie_recipients"))) draft.responders.push_back("user:" + user);
    return draft;
  }

  std::vector<Draft> by_type(const Map& rule, Draft draft, Tree tree) {
    const std::string type = needed(rule, "type");
    if (type == "spike" || type == "new_term" || type == "percentage_match") return many(rule, type, draft, tree);
    if (type == "blacklist" || type == "whitelist") {
      know({"compare_key", type.c_str(), "ignore_null"});
      const FieldRef field = value_of(elastic_field(needed(rule, "compare_key")));
      Tree listed = any_exactly(field, texts_of(rule.find(type)));
      if (type == "whitelist") listed = none_of(std::move(listed));
      if (type == "whitelist" && needed(rule, "ignore_null") == "true")
        tree = all_of({std::move(tree), leaf_of({.field = field, .op = Predicate::Op::exists})});
      tree = all_of({std::move(tree), std::move(listed)});
    } else if (type == "frequency") {
      know({"num_events", "timeframe"});
      draft.within = time_of(rule, "timeframe");
      draft.when = {{"count", quoted(fmt::format(">= {:.0f}", number(rule, "num_events")))}};
    } else if (type == "flatline") {
      know({"threshold", "timeframe"});
      if (number(rule, "threshold") != 1)
        refuse("too few events, but some, have no counterpart: `absent` is for none at all");
      draft.when = {{"absent", base::format_duration(time_of(rule, "timeframe"))}};
      drafts_.note(from_, "begins to watch with the first event that matches");
    } else if (type == "cardinality") {
      know({"cardinality_field", "max_cardinality", "timeframe"});
      if (rule.find("min_cardinality") != nullptr)
        refuse("\"min_cardinality\" has no counterpart: values can only be too many");
      draft.within = time_of(rule, "timeframe");
      draft.when = {
          {"distinct", fmt::format("{{field: {}, count: '> {:.0f}'}}", field_text(needed(rule, "cardinality_field")),
                                   number(rule, "max_cardinality"))}};
    } else if (type != "any") {
      refuse(fmt::format("rules of the type \"{}\" have no counterpart", type));
    }
    write(tree, draft.match);
    return {draft};
  }

  // Types that can become several rules.
  std::vector<Draft> many(const Map& rule, const std::string& type, Draft draft, const Tree& tree) {
    std::vector<Draft> out;
    write(tree, draft.match);
    const auto add = [&](const std::string& ending, const std::string& form, std::string yaml) -> Draft& {
      Draft& each = out.emplace_back(draft);
      if (!ending.empty()) each.id += "-" + ending;
      each.when = {{form, std::move(yaml)}};
      return each;
    };
    if (type == "new_term") {
      know({"fields", "terms_window_size"});
      const std::vector<std::string> fields = texts_of(rule.find("fields"));
      const base::Duration remember =
          rule.find("terms_window_size") != nullptr ? time_of(rule, "terms_window_size") : std::chrono::hours(30 * 24);
      for (const std::string& field : fields)
        add(fields.size() > 1 ? id_of(field) : "", "first_seen", field_text(field))
            .when.emplace_back("remember", base::format_duration(remember));
      if (fields.empty()) refuse("has no \"fields\" that are plain names");
      drafts_.note(from_, "knows nothing at its start: every value is new once");
    } else if (type == "spike") {
      know({"spike_height", "spike_type", "timeframe", "threshold_ref", "threshold_cur"});
      draft.within = time_of(rule, "timeframe");
      const double height = number(rule, "spike_height");
      const std::string way = needed(rule, "spike_type");
      if (height <= 0 || (way != "up" && way != "down" && way != "both")) refuse("its spike has no height or no direction");
      const auto least = [&](Draft& each, const char* in, const char* other) {
        if (rule.find(in) != nullptr) each.when.emplace_back("min", fmt::format("{:.0f}", number(rule, in)));
        if (rule.find(other) != nullptr) drafts_.note(from_, fmt::format("not carried over: {}", other));
      };
      if (way != "down")
        least(add(way == "both" ? "up" : "", "rate", fmt::format("'>= {}x'", height)), "threshold_cur", "threshold_ref");
      if (way != "up")
        least(add(way == "both" ? "down" : "", "rate", fmt::format("'<= {:.6f}x'", 1 / height)), "threshold_ref",
              "threshold_cur");
    } else {
      know({"match_bucket_filter", "max_percentage", "min_percentage", "min_denominator", "buffer_time"});
      if (rule.find("buffer_time") == nullptr) refuse("has no \"buffer_time\": its window stands outside of the rule");
      draft.within = time_of(rule, "buffer_time");
      std::string of;
      write(value_of(elastic_filters(rule.find("match_bucket_filter"))), of);
      const bool both = rule.find("max_percentage") != nullptr && rule.find("min_percentage") != nullptr;
      for (const auto& [key, sign] : {std::pair{"max", ">"}, std::pair{"min", "<"}}) {
        const std::string name = std::string(key) + "_percentage";
        if (rule.find(name) == nullptr) continue;
        Draft& each =
            add(both ? key : "", "ratio", fmt::format("{{of: {}, share: '{} {}%'}}", quoted(of), sign, number(rule, name)));
        if (rule.find("min_denominator") != nullptr)
          each.when.emplace_back("min", fmt::format("{:.0f}", number(rule, "min_denominator")));
      }
      if (out.empty()) refuse("has neither \"max_percentage\" nor \"min_percentage\"");
    }
    return out;
  }

  void know(std::initializer_list<std::string> keys) { known_.insert(keys); }
  static void write(const Tree& tree, std::string& text) {
    std::string why;
    if (!write_query(tree, text, why)) refuse(why);
  }

  Drafts drafts_;
  std::string from_;
  std::set<std::string> known_;  // options that were carried over, or change nothing
};

}  // namespace

ImportResult import_elastalert(const std::vector<ImportFile>& files) { return Importer().run(files); }

}  // namespace longshore::rules
