// RFC 5424 §6.2.1 severities and facilities by the names that syslog(3) and syslog-ng use.
#pragma once

#include <array>
#include <string_view>

namespace longshore::shipper {

inline constexpr std::array<std::string_view, 8> kSeverityNames = {"emerg",   "alert",  "crit", "err",
                                                                   "warning", "notice", "info", "debug"};
inline constexpr std::array<std::string_view, 24> kFacilityNames = {
    "kern", "user",  "mail",    "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
    "ntp",  "audit", "console", "clock",  "local0", "local1", "local2", "local3", "local4", "local5", "local6",   "local7"};

}  // namespace longshore::shipper
