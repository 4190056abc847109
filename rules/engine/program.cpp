#include "rules/engine/program.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "rules/query/field_ref.hpp"
#include "rules/query/print.hpp"

namespace longshore::rules {
namespace {

using Role = Program::Role;

class Compiler {
 public:
  explicit Compiler(RuleSet set) : program_(std::make_shared<Program>()) { program_->set = std::move(set); }

  std::shared_ptr<const Program> run() {
    for (const MuteSpec& mute : program_->set.mutes) add_mute(mute);
    for (const RuleSpec& spec : program_->set.rules) add_rule(spec);
    program_->queries.build();
    return program_;
  }

 private:
  void add_query(const QuerySpec& query, Role role) {
    program_->queries.add(query.tree, program_->set.lists);
    program_->roles.push_back(role);
  }

  void add_mute(const MuteSpec& spec) {
    Program::Mute mute{.spec = &spec, .of_events = spec.match.has_value(), .rules = {}};
    for (std::uint32_t i = 0; i < program_->set.rules.size(); ++i)
      if (std::any_of(spec.rules.begin(), spec.rules.end(),
                      [&](const std::string& pattern) { return is_named(program_->set.rules[i].id, pattern); }))
        mute.rules.push_back(i);
    const auto index = static_cast<std::uint32_t>(program_->mutes.size());
    if (spec.match) add_query(*spec.match, {.kind = Role::Kind::mute, .owner = index});
    program_->mutes.push_back(std::move(mute));
  }
  static bool is_named(const std::string& id, std::string_view pattern) {
    return pattern.ends_with('*') ? id.starts_with(pattern.substr(0, pattern.size() - 1)) : id == pattern;
  }

  void add_rule(const RuleSpec& spec) {
    const auto index = static_cast<std::uint32_t>(program_->rules.size());
    Program::Rule rule{.spec = &spec,
                       .extracts = {},
                       .group_by = {},
                       .value = {},
                       .details = {},
                       .message = text(spec.alert.message),
                       .description = text(spec.alert.description),
                       .runbook = text(spec.alert.runbook),
                       .alert_details = {},
                       .meaning = meaning(spec)};
    add_query(spec.match, {.kind = Role::Kind::match, .owner = index});
    if (spec.clear) add_query(*spec.clear, {.kind = Role::Kind::clear, .owner = index});
    if (const auto* ratio = std::get_if<RatioWhen>(&spec.when))
      add_query(ratio->of, {.kind = Role::Kind::ratio_of, .owner = index});
    if (const auto* sequence = std::get_if<SequenceWhen>(&spec.when))
      for (std::uint8_t step = 0; step < sequence->steps.size(); ++step)
        add_query(sequence->steps[step].query, {.kind = Role::Kind::step, .step = step, .owner = index});
    if (const auto* distinct = std::get_if<DistinctWhen>(&spec.when)) rule.value = intern(distinct->field);
    if (const auto* seen = std::get_if<FirstSeenWhen>(&spec.when)) rule.value = intern(seen->field);
    for (const ExtractSpec& extract : spec.extract) add_extract(rule, extract.field, extract.pattern, false);
    add_captures_of(rule, spec.match.tree);
    for (const FieldRef& field : spec.group_by) rule.group_by.push_back(intern(field));
    for (const auto& [name, value] : spec.alert.details) rule.alert_details.emplace_back(name, text(value));
    add_names(rule);
    program_->rules.push_back(std::move(rule));
  }

  FieldId intern(const FieldRef& field) { return program_->queries.fields().intern(field); }
  static Template text(const std::string& text) { return Template::parse(text).value_or(Template{}); }

  void add_extract(Program::Rule& rule, const FieldRef& field, const std::string& pattern, bool ignore_case) {
    auto regex = compile_regex(pattern, ignore_case);
    const auto& named = regex->NamedCapturingGroups();
    if (named.empty()) return;
    rule.extracts.push_back({intern(field), std::move(regex), {}});
    rule.extracts.back().groups.assign(named.begin(), named.end());
  }
  void add_captures_of(Program::Rule& rule, const Node& node) {
    if (node.kind == Node::Kind::none) return;  // what must not be there has nothing to capture
    for (const Node& child : node.children) add_captures_of(rule, child);
    if (node.kind == Node::Kind::leaf && node.leaf.op == Predicate::Op::regex)
      add_extract(rule, node.leaf.field, node.leaf.pattern, node.leaf.ignore_case);
  }

  // Every name in the texts that an event has a value for, and every capture.
  void add_names(Program::Rule& rule) {
    std::set<std::string> names;
    const auto add = [&](const Template& text) {
      for (const Template::Piece& piece : text.pieces())
        if (piece.is_name) names.insert(piece.text);
    };
    add(rule.message);
    add(rule.description);
    add(rule.runbook);
    for (const auto& [name, value] : rule.alert_details) add(value);
    for (const Program::Extract& extract : rule.extracts)
      for (const auto& [name, number] : extract.groups) names.insert("cap." + name);
    for (const char* own : {"count", "rule", "window"}) names.erase(own);
    for (const std::string& name : names)
      if (const auto field = parse_field(name)) rule.details.emplace_back(name, intern(*field));
  }

  static std::string meaning(const RuleSpec& spec) {
    std::string all = print_query(spec.match.tree) + "\n";
    for (const ExtractSpec& extract : spec.extract) all += field_name(extract.field) + "/" + extract.pattern + "\n";
    for (const FieldRef& field : spec.group_by) all += field_name(field) + ",";
    all += spec.clear ? print_query(spec.clear->tree) : "";
    return all + "\n" + when_text(spec.when);
  }
  static std::string when_text(const When& when) {
    struct Print {
      std::string operator()(const CountWhen& w) const { return "count " + std::to_string(w.least) + window(w.within); }
      std::string operator()(const AbsentWhen& w) const {
        std::string all = "absent" + window(w.after) + window(w.forget);
        for (const auto& group : w.expected)
          for (const std::string& value : group) all += " " + value;
        return all;
      }
      std::string operator()(const DistinctWhen& w) const {
        return "distinct " + field_name(w.field) + std::to_string(w.least) + window(w.within);
      }
      std::string operator()(const RatioWhen& w) const {
        return "ratio " + print_query(w.of.tree) + compared(w.comparison, w.share) + std::to_string(w.min_events) +
               window(w.within);
      }
      std::string operator()(const RateWhen& w) const {
        return "rate " + compared(w.comparison, w.factor) + std::to_string(w.min_events) + window(w.within);
      }
      std::string operator()(const SequenceWhen& w) const {
        std::string all = "sequence" + window(w.within);
        for (const SequenceWhen::Step& step : w.steps) all += (step.negated ? " not " : " ") + print_query(step.query.tree);
        return all;
      }
      std::string operator()(const FirstSeenWhen& w) const {
        return "first_seen " + field_name(w.field) + window(w.remember);
      }
      static std::string window(base::Duration d) { return " " + std::to_string(d.count()); }
      static std::string compared(Comparison c, double number) {
        return std::to_string(static_cast<int>(c)) + " " + std::to_string(number) + " ";
      }
    };
    return std::visit(Print{}, when);
  }

  std::shared_ptr<Program> program_;
};

}  // namespace

std::shared_ptr<const Program> compile_rules(RuleSet set) { return Compiler(std::move(set)).run(); }

}  // namespace longshore::rules
