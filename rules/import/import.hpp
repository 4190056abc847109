// Rules of other tools, made into rules of ours. Pure and total: any text is carried over or refused with the reason.
#pragma once

#include <cstddef>
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
  std::string yaml;                  // a file of rules; empty if there are none
  std::size_t rules = 0;             // in it
  std::vector<std::string> notes;    // "file: title: what is different, or was left out"
  std::vector<std::string> refused;  // "file: title: why it cannot be carried over"
};

}  // namespace longshore::rules
