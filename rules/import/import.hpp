// Rules of other tools, made into rules of ours. Pure and total: any text is carried over or refused with the reason.
#pragma once

#include <string>
#include <vector>

namespace longshore::rules {

struct ImportFile {
  std::string name;  // for messages
  std::string text;
};

struct ImportOptions {
  bool service_clause = false;  // Sigma: `logsource: service` becomes a clause on syslog.appname
};

struct ImportResult {
  std::vector<std::string> rules;    // items of `rules:`, each with a comment where it is from
  std::vector<std::string> notes;    // "file: title: what is different, or was left out"
  std::vector<std::string> refused;  // "file: title: why it cannot be carried over"

  // Files of rules, each small enough to be read (common/config/yaml.hpp).
  std::vector<std::string> files() const;
};

}  // namespace longshore::rules
