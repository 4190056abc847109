// `shipper spool ls` as text: a row for each segment and each sink's cursor, and a line of totals. Pure.
#pragma once

#include <string>

#include "shipper/spool/spool_view.hpp"

namespace longshore::shipper {

std::string spool_table(const SpoolSummary& summary);

}  // namespace longshore::shipper
