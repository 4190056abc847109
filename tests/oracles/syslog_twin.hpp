// Syslog parsing by regular expressions and string cutting: what shipper/parse must answer.
#pragma once

#include <string_view>

#include "common/base/timestamp.hpp"
#include "common/base/zone.hpp"
#include "tests/oracles/syslog_fields.hpp"

namespace longshore::shipper {

SyslogFields syslog_twin(std::string_view frame, base::Timestamp now, const base::Zone& zone);

}  // namespace longshore::shipper
