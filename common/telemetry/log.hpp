// What a process says on stderr: one logfmt line, or one JSON object, for each thing that happened; one write(2) a line.
//   log_warn("spool is full", {{"sink", name}, {"bytes", size}});
//   → time=2026-11-23T03:42:12.123Z level=warn msg="spool is full" sink=loggly bytes=4294967296
// Levels by consequence: error = something is lost or a person is needed; warn = nothing is lost, but look; info = what an
// operator wants to know of a normal day. Any thread. Secrets do not belong in here.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

namespace longshore::telemetry {

enum class Level { debug, info, warn, error };
enum class LogFormat { logfmt, json };

struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, std::integral auto v) : key(k), value(std::to_string(v)) {}
};

// Before the first line; not while others log.
void set_log(Level least, LogFormat format);

void log(Level level, std::string_view message, std::initializer_list<LogField> fields = {});
inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(Level::info, message, fields);
}
inline void log_warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(Level::warn, message, fields);
}
inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(Level::error, message, fields);
}

// Pure: the line that log() writes, with its line feed. `time`: RFC 3339.
std::string log_line(LogFormat format, std::string_view time, Level level, std::string_view message,
                     std::initializer_list<LogField> fields);

}  // namespace longshore::telemetry
