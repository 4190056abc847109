#include "rules/trial/examiner.hpp"

namespace longshore::rules {

Examiner::Examiner(const Program& program, std::vector<std::pair<std::string, std::string>> host_fields)
    : program_(program), surroundings_{.host = std::move(host_fields)}, fields_(program.queries.fields(), surroundings_) {}

void Examiner::look_at(const EventView& event) { fields_.reset(event); }

Explained Examiner::explain(const Program::Rule& rule, const QuerySpec& query) {
  captures_.reset(rule, fields_);
  fields_.set_captures(&captures_);
  return rules::explain(query.tree, program_.set.lists, program_.queries.fields(), fields_);
}

std::vector<std::pair<std::string, std::string>> Examiner::captures(const Program::Rule& rule) {
  captures_.reset(rule, fields_);
  std::vector<std::pair<std::string, std::string>> all;
  for (const Program::Extract& extract : rule.extracts)
    for (const auto& [name, number] : extract.groups)
      for (const std::string_view value : captures_.capture(name)) all.emplace_back(name, value);
  return all;
}

std::vector<std::pair<std::string, const QuerySpec*>> queries_of(const RuleSpec& rule) {
  std::vector<std::pair<std::string, const QuerySpec*>> all = {{"match", &rule.match}};
  if (rule.clear) all.emplace_back("clear", &*rule.clear);
  if (const auto* ratio = std::get_if<RatioWhen>(&rule.when)) all.emplace_back("ratio.of", &ratio->of);
  if (const auto* sequence = std::get_if<SequenceWhen>(&rule.when))
    for (std::size_t i = 0; i < sequence->steps.size(); ++i)
      all.emplace_back("sequence[" + std::to_string(i) + "]", &sequence->steps[i].query);
  return all;
}

}  // namespace longshore::rules
