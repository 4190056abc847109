#include <cstdio>

#include "common/base/file_system.hpp"
#include "rules/commands/commands.hpp"

namespace longshore::rules {

std::shared_ptr<const Program> load_program(const std::string& dir) {
  base::PosixFileSystem files;
  RuleSet set = load_rules(dir, files);
  if (!set.problems.empty()) {
    std::fputs(set.problems.c_str(), stderr);
    return nullptr;
  }
  return compile_rules(std::move(set));
}

}  // namespace longshore::rules
