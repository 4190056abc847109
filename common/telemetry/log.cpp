#include "common/telemetry/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "common/base/clock.hpp"
#include "common/base/utf8.hpp"

namespace longshore::telemetry {
namespace {

Level least_level = Level::info;
LogFormat log_format = LogFormat::logfmt;

constexpr std::string_view kNames[] = {"debug", "info", "warn", "error"};

std::string quoted_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : base::as_utf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7f)
      out += fmt::format("\\u{:04x}", byte);
    else
      out += c;
  }
  return out + '"';
}

std::string logfmt_text(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f) return quoted_text(text);
  return text.empty() ? "\"\"" : base::as_utf8(text);
}

}  // namespace

void set_log(Level least, LogFormat format) {
  least_level = least;
  log_format = format;
}

std::string log_line(LogFormat format, std::string_view time, Level level, std::string_view message,
                     std::initializer_list<LogField> fields) {
  const std::string_view name = kNames[static_cast<int>(level)];
  if (format == LogFormat::json) {
    std::string out = fmt::format(R"({{"time":"{}","level":"{}","msg":{})", time, name, quoted_text(message));
    for (const LogField& field : fields) out += fmt::format(",{}:{}", quoted_text(field.key), quoted_text(field.value));
    return out + "}\n";
  }
  std::string out = fmt::format("time={} level={} msg={}", time, name, quoted_text(message));
  for (const LogField& field : fields) out += fmt::format(" {}={}", field.key, logfmt_text(field.value));
  return out + "\n";
}

void log(Level level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < least_level) return;
  const std::string line = log_line(log_format, base::format_rfc3339(base::SystemClock().now(), 3), level, message, fields);
  // A stderr that cannot be written to is nobody's to report to.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace longshore::telemetry
