// A rule that is being imported, and its YAML. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "rules/import/import.hpp"

namespace longshore::rules {

struct Draft {
  std::string id, match;
  std::vector<std::string> group_by;
  std::vector<std::pair<std::string, std::string>> when;  // options with their YAML, without `within`
  base::Duration within{};
  std::string priority;
  std::string title, description;  // as the other tool has them: no templates
  std::vector<std::string> tags, responders;
};

// Made of what ids may hold: anything else becomes one "-".
std::string id_of(std::string_view text);

// A text of YAML that is easy to read with quotes and backslashes in it.
std::string quoted(std::string_view text);

// The drafts of many files on their way to one. A draft that our own rules refuse is refused here, with their reason.
class Drafts {
 public:
  // `from`: "file: title".
  void add(const std::string& from, const Draft& draft);
  void refuse(const std::string& from, const std::string& why) { result_.refused.push_back(from + ": " + why); }
  void note(const std::string& from, const std::string& what) { result_.notes.push_back(from + ": " + what); }
  ImportResult take() { return std::move(result_); }

 private:
  ImportResult result_;
  std::set<std::string> ids_;
};

}  // namespace longshore::rules
