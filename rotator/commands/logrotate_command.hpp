// What logrotate's command line does: its flags, its configuration files, its exit codes (0 good, 1 something failed, 2 a
// bad option, 3 another run is under way).
#pragma once

namespace longshore::rotator {

int run_logrotate(int argc, char** argv);

}  // namespace longshore::rotator
