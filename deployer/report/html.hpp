// A run as one HTML page that needs no other file and no script: it can be archived, mailed, and opened in ten years. Where
// a policy forbids its styles, it is still in order: headings, tables, a timeline. Pure.
#pragma once

#include <string>

#include "deployer/report/record.hpp"

namespace longshore::deployer {

std::string render_html(const Record& record);

}  // namespace longshore::deployer
