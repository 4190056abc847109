#include "rules/import/sigma.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "rules/import/documents.hpp"
#include "rules/import/draft.hpp"
#include "rules/import/query_build.hpp"
#include "rules/import/sigma_condition.hpp"
#include "rules/import/sigma_correlation.hpp"
#include "rules/import/sigma_value.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/literals.hpp"

namespace longshore::rules {
namespace {

using config::Node;
using Kind = Node::Kind;
using Queried = std::expected<rules::Node, std::string>;

// One selection: a map of fields, all of which must hold; a list, any of whose items must.
Queried selection(const Node& node) {
  if (node.kind == Kind::map) {
    std::vector<rules::Node> all;
    for (const auto& [key, value] : node.map) {
      Queried part = sigma_field(key.scalar, value);
      if (!part) return part;
      all.push_back(std::move(*part));
    }
    if (all.empty()) return std::unexpected("a selection is empty");
    return all_of(std::move(all));
  }
  if (node.kind != Kind::list) return sigma_field("", node);
  std::vector<rules::Node> any;
  for (const Node& item : node.list) {
    Queried part = selection(item);
    if (!part) return part;
    any.push_back(std::move(*part));
  }
  if (any.empty()) return std::unexpected("a selection is empty");
  return any_of(std::move(any));
}

std::expected<SigmaCondition, std::string> detection(const Node& node) {
  std::map<std::string, rules::Node> selections;
  for (const auto& [key, value] : node.map) {
    if (key.scalar == "condition" || key.scalar == "timeframe") continue;
    Queried part = selection(value);
    if (!part) return std::unexpected(part.error());
    selections.emplace(key.scalar, std::move(*part));
  }
  const std::vector<std::string> conditions = texts_of(node.find("condition"));
  if (conditions.empty()) return std::unexpected("has no condition");
  if (conditions.size() == 1) return sigma_condition(conditions[0], selections);
  std::vector<rules::Node> any;
  for (const std::string& each : conditions) {
    auto condition = sigma_condition(each, selections);
    if (!condition) return condition;
    if (condition->aggregate) return std::unexpected("several conditions, one of which counts");
    any.push_back(std::move(condition->tree));
  }
  return SigmaCondition{.tree = any_of(std::move(any)), .aggregate = {}};
}

std::string priority_of(const Node& root) {
  const std::map<std::string, std::string> kLevels = {
      {"critical", "P1"}, {"high", "P2"}, {"medium", "P3"}, {"low", "P4"}, {"informational", "P5"}};
  const auto found = kLevels.find(text_of(root, "level"));
  return found == kLevels.end() ? "P3" : found->second;
}

// All that a reader wants to know, whatever the kind of document.
Draft draft_of(const Node& root) {
  Draft draft;
  const std::string id = id_of(text_of(root, "id").empty() ? text_of(root, "title") : text_of(root, "id"));
  draft.id = "sigma-" + id;
  draft.title = text_of(root, "title");
  draft.description = text_of(root, "description");
  for (const char* list : {"falsepositives", "references"})
    for (const std::string& text : texts_of(root.find(list)))
      draft.description +=
          fmt::format("{}{}: {}", draft.description.empty() || draft.description.ends_with('\n') ? "" : "\n",
                      *list == 'f' ? "False positive" : "See", text);
  draft.priority = priority_of(root);
  if (const Node* const source = root.find("logsource"))
    for (const auto& [key, value] : source->map)
      if (key.scalar != "definition" && value.kind == Kind::scalar) draft.tags.push_back(key.scalar + ":" + value.scalar);
  for (const std::string& tag : texts_of(root.find("tags"))) draft.tags.push_back(tag);
  return draft;
}

class Importer {
 public:
  explicit Importer(const ImportOptions& options) : options_(options) {}

  ImportResult run(const std::vector<ImportFile>& files) {
    for (const ImportFile& file : files) read(file);
    for (const auto& [from, root] : correlations_) add_correlation(from, root);
    for (const auto& [from, rule] : plain_) {
      if (!silent_.contains(rule.draft.id))
        drafts_.add(from, rule.draft);
      else
        drafts_.note(from, "alerts only through the correlation that names it");
    }
    return drafts_.take();
  }

 private:
  void read(const ImportFile& file) {
    for (const Document& document : read_documents(file.text)) {
      const Node& root = document.root;
      const std::string title = text_of(root, "title");
      const std::string from = printable(file.name + (title.empty() ? "" : ": " + title));
      if (!document.problem.empty())
        drafts_.refuse(from, document.problem);
      else if (root.find("correlation") != nullptr)
        correlations_.emplace_back(from, root);
      else if (root.find("detection") != nullptr)
        add_rule(from, root);
      else if (root.find("filter") != nullptr)
        drafts_.refuse(from, "is a filter: write what it leaves out as AND NOT into the rules that it names");
      else
        drafts_.refuse(from, "has no detection");
    }
  }
  static std::string printable(std::string text) {
    for (char& c : text) c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    return text;
  }

  void add_rule(const std::string& from, const Node& root) {
    if (root.find("action") != nullptr)
      return drafts_.refuse(from, "collections with \"action\" are not part of Sigma any more");
    auto found = detection(*root.find("detection"));
    if (!found) return drafts_.refuse(from, found.error());
    SigmaRule rule{.draft = draft_of(root), .tree = std::move(found->tree)};
    add_service(from, root, rule.tree);
    std::string why;
    if (!write_query(rule.tree, rule.draft.match, why)) return drafts_.refuse(from, why);
    if (matches_the_unknown(rule.tree))
      drafts_.note(from, "matches every line that has none of its fields: say with a clause which lines it is about");
    const std::string timeframe = text_of(*root.find("detection"), "timeframe");
    if (found->aggregate)
      why = count_within(*found->aggregate, timeframe, rule.draft);
    else if (!timeframe.empty())
      why = "has a timeframe, but counts nothing";
    if (!why.empty()) return drafts_.refuse(from, why);
    for (const char* key : {"name", "id"})
      if (const std::string name = text_of(root, key); !name.empty()) by_name_.emplace(name, rule);
    plain_.emplace_back(from, std::move(rule));
  }
  void add_service(const std::string& from, const Node& root, rules::Node& tree) {
    const Node* const source = root.find("logsource");
    const std::string service = source == nullptr ? "" : text_of(*source, "service");
    if (!options_.service_clause) return;
    if (service.empty()) return drafts_.note(from, "names no service: it looks at lines of all of them");
    tree = all_of(
        {leaf_of({.field = {FieldRef::Kind::app, {}}, .op = Predicate::Op::equals, .values = {literal(service, true)}}),
         std::move(tree)});
  }
  void add_correlation(const std::string& from, const Node& root) {
    auto drafts = sigma_correlation(root, draft_of(root), by_name_);
    if (!drafts) return drafts_.refuse(from, drafts.error());
    if (drafts->size() > 1) drafts_.note(from, fmt::format("any order became {} rules, one for each order", drafts->size()));
    for (const Draft& draft : *drafts) drafts_.add(from, draft);
    const Node& correlation = *root.find("correlation");
    if (text_of(root, "generate") == "true" || text_of(correlation, "generate") == "true") return;
    for (const std::string& name : texts_of(correlation.find("rules")))
      if (const auto rule = by_name_.find(name); rule != by_name_.end()) silent_.insert(rule->second.draft.id);
  }

  const ImportOptions& options_;
  Drafts drafts_;
  std::vector<std::pair<std::string, SigmaRule>> plain_;
  std::vector<std::pair<std::string, Node>> correlations_;
  std::map<std::string, SigmaRule> by_name_;  // and by id
  std::set<std::string> silent_;              // ids of drafts that alert only through a correlation
};

}  // namespace

ImportResult import_sigma(const std::vector<ImportFile>& files, const ImportOptions& options) {
  return Importer(options).run(files);
}

}  // namespace longshore::rules
