// Queries, fields, `extract:` and templates of one rule, read from the texts of its file; every mistake is told at its own
// line and column.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/config/spot.hpp"
#include "rules/file/findings.hpp"
#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

using NamedLists = std::map<std::string, std::vector<std::string>>;

class QueryReader {
 public:
  // All outlive this. `file`: its text.
  QueryReader(std::string_view file, const NamedLists& lists, Findings& findings)
      : file_(file), lists_(lists), findings_(findings) {}

  // First: what these name, the others may use as `cap.NAME`.
  std::vector<ExtractSpec> extracts(const config::Spot& spot, const std::vector<std::string>& texts);

  // `skip`: bytes of the scalar before the query.
  QuerySpec query(const config::Spot& spot, std::string_view text, std::size_t skip = 0);
  FieldRef field(const config::Spot& spot, const std::string& name);
  // Whether the text is a template, and all of its names are known.
  void check_template(const config::Spot& spot, std::string_view text, const RuleSpec& rule);

 private:
  ExtractSpec extract(const config::Spot& spot, const std::string& text);
  void check_names(const config::Spot& spot, const Node& node, std::size_t skip);
  std::string capture_problem(const FieldRef& field) const;
  std::string template_name_problem(const std::string& name, const RuleSpec& rule) const;
  // The spot of a byte of the scalar.
  config::Node inside(const config::Spot& spot, std::size_t offset) const;

  std::string_view file_;
  const NamedLists& lists_;
  Findings& findings_;
  std::vector<std::string> captures_;
};

}  // namespace longshore::rules
