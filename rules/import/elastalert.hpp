// ElastAlert 2 (elastalert2.readthedocs.io): rules as rules of ours. The fields of an Elasticsearch document become
// json.FIELD, without `.keyword`; `message` stays the message. Pure.
#pragma once

#include <vector>

#include "rules/import/import.hpp"

namespace longshore::rules {

ImportResult import_elastalert(const std::vector<ImportFile>& files);

}  // namespace longshore::rules
