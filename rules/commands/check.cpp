#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "common/base/file_system.hpp"
#include "common/base/json.hpp"
#include "rules/commands/commands.hpp"
#include "rules/commands/terminal.hpp"
#include "rules/report/words.hpp"

namespace longshore::rules {
namespace {

struct Finding {
  std::string file, what;
  std::size_t line = 0, column = 0;  // 0: of the whole file
};

std::size_t take_number(std::string_view& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto size = static_cast<std::size_t>(end - text.data());
  if (error != std::errc() || size >= text.size() || text[size] != ':') return 0;
  text.remove_prefix(size + 1);
  return number;
}

// Lines of "file:line:column: path: what".
std::vector<Finding> findings(std::string_view text) {
  std::vector<Finding> all;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) continue;
    Finding finding;
    const std::size_t colon = std::min(line.find(':'), line.size());
    finding.file = line.substr(0, colon);
    line.remove_prefix(std::min(colon + 1, line.size()));
    finding.line = take_number(line);
    if (finding.line > 0) finding.column = take_number(line);
    if (line.starts_with(' ')) line.remove_prefix(1);
    finding.what = line;
    all.push_back(std::move(finding));
  }
  return all;
}

std::string place(const Finding& finding) {
  return finding.line == 0 ? finding.file : fmt::format("{}:{}:{}", finding.file, finding.line, finding.column);
}

// What it takes to find out whether a rule has anything to do with a line.
struct Cost {
  enum class Kind { literal, origin, every } kind = Kind::literal;
  std::vector<std::string> literals;
};
constexpr const char* kCostNames[] = {"literal", "origin", "every"};

// A rule costs what the dearest of its queries does.
std::vector<Cost> costs(const Program& program) {
  std::vector<Cost> all(program.rules.size());
  for (QueryId query = 0; query < program.roles.size(); ++query) {
    const Program::Role& role = program.roles[query];
    if (role.kind == Program::Role::Kind::mute) continue;
    Cost& cost = all[role.owner];
    const std::vector<std::string> literals = program.queries.literals(query);
    Cost::Kind kind = Cost::Kind::literal;
    if (literals.empty()) kind = program.queries.looks_at_header(query) ? Cost::Kind::origin : Cost::Kind::every;
    cost.kind = std::max(cost.kind, kind);
    if (role.kind == Program::Role::Kind::match) cost.literals = literals;
  }
  return all;
}

std::string cost_text(const Cost& cost) {
  if (cost.kind == Cost::Kind::every) return "every line";
  if (cost.kind == Cost::Kind::origin) return "every line of the applications, hosts, severities … that it names";
  std::string text = "lines with ";
  constexpr std::size_t kMost = 4;
  for (std::size_t i = 0; i < std::min(kMost, cost.literals.size()); ++i)
    text += fmt::format("{}\"{}\"", i > 0 ? ", " : "", printable(cost.literals[i]));
  return cost.literals.size() > kMost ? text + fmt::format(" and {} more", cost.literals.size() - kMost) : text;
}

void print_costs(const Program& program, const std::vector<Cost>& costs, bool all) {
  std::size_t widest = 4;
  for (const Program::Rule& rule : program.rules) widest = std::max(widest, rule.spec->id.size());
  for (std::size_t i = 0; i < costs.size(); ++i)
    if (all || costs[i].kind == Cost::Kind::every)
      fmt::print("{:{}}  looks at {}\n", program.rules[i].spec->id, widest, cost_text(costs[i]));
}

std::string findings_json(const std::vector<Finding>& all) {
  base::JsonArray array;
  for (const Finding& finding : all) {
    base::JsonObject object;
    object.text("file", finding.file);
    if (finding.line > 0) object.value("line", std::to_string(finding.line));
    if (finding.column > 0) object.value("column", std::to_string(finding.column));
    object.text("what", finding.what);
    array.value(object.take());
  }
  return array.take();
}

std::string rules_json(const Program& program, const std::vector<Cost>& costs) {
  base::JsonArray array;
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const RuleSpec& rule = *program.rules[i].spec;
    base::JsonObject object;
    object.text("id", rule.id);
    object.text("file", rule.file);
    object.value("line", std::to_string(rule.place.line));
    object.value("tests", std::to_string(rule.tests.size()));
    object.text("looks_at", kCostNames[static_cast<int>(costs[i].kind)]);
    base::JsonArray literals;
    for (const std::string& literal : costs[i].literals) literals.text(literal);
    object.value("literals", literals.take());
    array.value(object.take());
  }
  return array.take();
}

}  // namespace

int check(const CheckOptions& options) {
  base::PosixFileSystem files;
  RuleSet set = load_rules(options.dir, files);
  const std::vector<Finding> errors = findings(set.problems), warnings = findings(set.warnings), hints = findings(set.hints);
  const std::size_t mutes = set.mutes.size();
  const std::shared_ptr<const Program> program = compile_rules(errors.empty() ? std::move(set) : RuleSet{});
  const std::vector<Cost> cost = costs(*program);
  if (options.json) {
    base::JsonObject object;
    object.value("errors", findings_json(errors));
    object.value("warnings", findings_json(warnings));
    object.value("hints", findings_json(hints));
    object.value("rules", rules_json(*program, cost));
    fmt::print("{}\n", object.take());
    return errors.empty() ? kOk : kConfiguration;
  }
  const bool colours = shows_colours();
  const auto print = [colours](const std::vector<Finding>& all, std::string_view kind, Colour colour) {
    for (const Finding& finding : all)
      fmt::print("{}: {} {}\n", place(finding), paint(fmt::format("{}:", kind), colour, colours), finding.what);
  };
  print(errors, "error", Colour::red);
  print(warnings, "warning", Colour::yellow);
  print(hints, "hint", Colour::dim);
  if (errors.empty()) {
    print_costs(*program, cost, options.costs);
    fmt::print("{}, {}; ", plural(program->rules.size(), "rule"), plural(mutes, "mute"));
  }
  fmt::print("{}, {}, {}\n", plural(errors.size(), "error"), plural(warnings.size(), "warning"),
             plural(hints.size(), "hint"));
  return errors.empty() ? kOk : kConfiguration;
}

}  // namespace longshore::rules
