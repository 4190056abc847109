// The exit codes of our own commands (sysexits); logrotate's are its own (logrotate_command.hpp).
#pragma once

namespace longshore::rotator {

enum ExitCode { kOk = 0, kUsage = 64, kUnavailable = 69, kInternal = 70, kConfiguration = 78 };

}  // namespace longshore::rotator
