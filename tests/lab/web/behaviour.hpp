// How this version of the service behaves, from its environment: a release is the same program with other values.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace longshore::lab {

struct Behaviour {
  std::string version = "0";                              // WEB_VERSION
  int port = 8080;                                        // WEB_PORT
  std::chrono::milliseconds start_delay{};                // WEB_START_DELAY: does not listen before
  std::optional<int> exit_code;                           // WEB_EXIT: ends at once
  bool never_healthy = false;                             // WEB_NEVER_HEALTHY: /health says 503
  bool ignore_term = false;                               // WEB_IGNORE_TERM
  std::optional<std::chrono::milliseconds> die_after;     // WEB_DIE_AFTER, of its start, like those below
  std::optional<std::chrono::milliseconds> errors_after;  // WEB_ERRORS_AFTER: 500 but for /health
  std::optional<std::chrono::milliseconds> eat_after;     // WEB_EAT_AFTER: takes 64 MiB of memory every 50 ms
  std::optional<std::chrono::milliseconds> log_after;     // WEB_LOG_AFTER: writes WEB_LOG to stdout, every second
  std::string log_line = "ERROR payment failed";          // WEB_LOG
};

// Milliseconds are whole numbers. A value that is none ends the program with a message.
Behaviour behaviour_from_environment();

}  // namespace longshore::lab
