// Sigma (github.com/SigmaHQ/sigma-specification, version 2.1): rules and correlations as rules of ours.
//
// Field F becomes json.F; a keyword is looked for anywhere in the raw frame, ignoring case. Where the lines come from
// (`logsource`) goes into the tags. What a correlation refers to may stand in any of the files. Pure.
#pragma once

#include <vector>

#include "rules/import/import.hpp"

namespace longshore::rules {

ImportResult import_sigma(const std::vector<ImportFile>& files, const ImportOptions& options = {});

}  // namespace longshore::rules
