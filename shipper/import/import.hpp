// `shipper import`: what a syslog-ng configuration sends to Loggly, as a configuration of shipper. Whatever cannot be said
// in it becomes a comment "# not translated: FILE:LINE: …". Pure: files are handed in.
#pragma once

#include <cstddef>
#include <string>

#include "common/base/result.hpp"
#include "shipper/import/load.hpp"

namespace longshore::shipper {

// YAML that shipper's configuration parser accepts, for a machine where the files that it names exist. The Loggly tokens are
// not in it: comments say where they stand and where they belong. Code::not_found: there is no Loggly destination; others:
// the file cannot be read.
base::Result<std::string> import_syslog_ng(const std::string& path, const ImportFiles& files);

}  // namespace longshore::shipper
