// `rules import sigma|elastalert PATH…`: rules of other tools as ours, on standard output or into a folder.
#pragma once

#include <string>
#include <vector>

namespace longshore::rules {

struct ImportCommandOptions {
  std::string from;                // "sigma" or "elastalert"
  std::vector<std::string> paths;  // files, and folders with all that is below them
  std::string into = {};           // a folder; empty: standard output
  bool service_clause = false;
};

// What was left out, and why, goes to standard error. 0; 65 if nothing could be imported; 69 if something cannot be read or
// written.
int import_rules(const ImportCommandOptions& options);

}  // namespace longshore::rules
