// A folder of rule files on disk, for one test, and what load_rules() says of it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "common/base/file_system.hpp"
#include "rules/file/rule_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::rules {

class RulesForTest {
 public:
  RulesForTest& with(const std::string& name, const std::string& text) {
    const std::filesystem::path path(folder_ / name);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
    return *this;
  }
  RuleSet load() const {
    base::PosixFileSystem files;
    RuleSet set = load_rules(folder_.path(), files);
    for (std::string* text : {&set.problems, &set.warnings, &set.hints}) *text = without_folder(*text);
    return set;
  }

 private:
  std::string without_folder(std::string text) const {
    const std::string folder = folder_.path() + "/";
    for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos;) text.erase(at, folder.size());
    return text;
  }

  TemporaryFolder folder_;
};

}  // namespace longshore::rules
