// syslog-ng's source drivers as shipper's sources.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "shipper/import/tree.hpp"

namespace longshore::shipper {

struct ImportedSource {
  std::string type;                                          // "syslog" or "file"
  std::vector<std::pair<std::string, std::string>> options;  // name, value as YAML
  std::vector<std::string> tags;
  std::string origin;  // its address or path: two with the same cannot stand beside each other
};

struct ImportedDriver {
  std::vector<ImportedSource> sources;
  std::vector<std::string> untranslated;  // sentences
};

// Total: a driver that is not known, or says something that shipper would not take, is untranslated.
ImportedDriver import_source_driver(const Item& driver);

}  // namespace longshore::shipper
