#include "rules/file/query_reader.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "common/config/nearest.hpp"
#include "rules/alert/template.hpp"
#include "rules/file/scalar_place.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/parser.hpp"

namespace longshore::rules {
namespace {

using config::Spot;
using Kind = FieldRef::Kind;

// Names of a template that are no fields.
const std::vector<std::string> kTemplateNames = {"count", "rule", "window", "host.name"};

bool uses(const rules::Node& node, const FieldRef& field) {
  return (node.kind == rules::Node::Kind::leaf && node.leaf.field == field) ||
         std::any_of(node.children.begin(), node.children.end(), [&](const auto& child) { return uses(child, field); });
}

}  // namespace

config::Node QueryReader::inside(const Spot& spot, std::size_t offset) const {
  config::Node node;
  node.place = spot.node().place;
  if (spot.node().kind == config::Node::Kind::scalar) node.place = scalar_place(file_, node.place, offset);
  return node;
}

std::vector<ExtractSpec> QueryReader::extracts(const Spot& spot, const std::vector<std::string>& texts) {
  std::vector<ExtractSpec> out;
  for (std::size_t i = 0; i < texts.size(); ++i) out.push_back(extract(spot.item(i), texts[i]));
  for (const ExtractSpec& each : out) captures_.insert(captures_.end(), each.names.begin(), each.names.end());
  return out;
}

ExtractSpec QueryReader::extract(const Spot& spot, const std::string& text) {
  const ParsedQuery parsed = parse_query(text);
  for (const QueryProblem& problem : parsed.errors) {
    spot.at(inside(spot, problem.begin)).wrong(problem.what);
    return {};
  }
  const Predicate& leaf = parsed.tree.leaf;
  if (parsed.tree.kind != rules::Node::Kind::leaf || leaf.op != Predicate::Op::regex || leaf.field.kind == Kind::capture) {
    spot.wrong("needs a field and a regular expression, e.g. 'message:/from (?P<ip>\\S+)/'");
    return {};
  }
  ExtractSpec out{leaf.field, (leaf.ignore_case ? "(?i)" : "") + leaf.pattern, {}};
  if (out.field.kind == Kind::text) out.field.kind = Kind::message;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(out.pattern, options);
  for (const auto& [index, name] : compiled.CapturingGroupNames()) out.names.push_back(name);
  if (out.names.empty()) spot.wrong("captures nothing: name a group, e.g. (?P<ip>\\S+)");
  return out;
}

QuerySpec QueryReader::query(const Spot& spot, std::string_view text, std::size_t skip) {
  ParsedQuery parsed = parse_query(text);
  for (const QueryProblem& problem : parsed.errors) spot.at(inside(spot, skip + problem.begin)).wrong(problem.what);
  const Spot warn = spot.into(findings_.warnings);
  for (const QueryProblem& problem : parsed.warnings) warn.at(inside(spot, skip + problem.begin)).wrong(problem.what);
  if (parsed.errors.empty()) check_names(spot, parsed.tree, skip);
  return {std::string(text), std::move(parsed.tree)};
}

std::string QueryReader::capture_problem(const FieldRef& field) const {
  if (field.kind != Kind::capture || std::find(captures_.begin(), captures_.end(), field.path) != captures_.end()) return {};
  if (captures_.empty())
    return fmt::format("nothing captures \"cap.{}\": add an extract: with a group of this name", field.path);
  std::vector<std::string> known;
  for (const std::string& capture : captures_) known.push_back("cap." + capture);
  return config::unknown("capture", "cap." + field.path, known);
}

void QueryReader::check_names(const Spot& spot, const rules::Node& node, std::size_t skip) {
  for (const rules::Node& child : node.children) check_names(spot, child, skip);
  if (node.kind != rules::Node::Kind::leaf) return;
  const auto wrong = [&](std::string_view what) { spot.at(inside(spot, skip + node.begin)).wrong(what); };
  if (const std::string problem = capture_problem(node.leaf.field); !problem.empty()) wrong(problem);
  if (node.leaf.op != Predicate::Op::list || lists_.contains(node.leaf.values.at(0).text)) return;
  const std::string& name = node.leaf.values[0].text;
  std::vector<std::string> known;
  for (const auto& [list, values] : lists_) known.push_back(list);
  wrong(known.empty() ? fmt::format("there is no list \"{}\": put its values into lists/{}.txt, one a line", name, name)
                      : config::unknown("list", name, known));
}

FieldRef QueryReader::field(const Spot& spot, const std::string& name) {
  std::string meant;
  const auto field = parse_field(name, &meant);
  if (!field)
    spot.wrong(
        fmt::format("unknown field \"{}\"{}", name, meant.empty() ? "" : fmt::format(", did you mean \"{}\"?", meant)));
  else if (const std::string problem = capture_problem(*field); !problem.empty())
    spot.wrong(problem);
  return field.value_or(FieldRef{});
}

void QueryReader::check_template(const Spot& spot, std::string_view text, const RuleSpec& rule) {
  const auto parsed = Template::parse(text);
  if (!parsed) return spot.at(inside(spot, parsed.error().at)).wrong(parsed.error().what);
  for (const Template::Piece& piece : parsed->pieces())
    if (piece.is_name)
      if (const std::string problem = template_name_problem(piece.text, rule); !problem.empty())
        spot.at(inside(spot, piece.at)).wrong(problem);
}

std::string QueryReader::template_name_problem(const std::string& name, const RuleSpec& rule) const {
  if (std::find(kTemplateNames.begin(), kTemplateNames.end(), name) != kTemplateNames.end()) return {};
  const auto field = parse_field(name);
  if (field && field->kind == Kind::capture) return capture_problem(*field);
  const bool free = field && field->kind == Kind::attribute;
  if (field && !free) return {};
  std::vector<std::string> known = kTemplateNames;
  for (const std::string& capture : captures_) known.push_back("cap." + capture);
  for (const char* each : {"message", "host", "source", "tag", "syslog.severity", "syslog.appname"})
    known.emplace_back(each);
  if (free && (uses(rule.match.tree, *field) ||
               std::find(rule.group_by.begin(), rule.group_by.end(), *field) != rule.group_by.end() ||
               (name.find('.') != std::string::npos && config::nearest(name, known).empty())))
    return {};
  return config::unknown("name", name, known);
}

}  // namespace longshore::rules
