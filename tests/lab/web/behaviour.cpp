#include "tests/lab/web/behaviour.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace longshore::lab {
namespace {

std::optional<int> number(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  int value = 0;
  const std::string_view view = text;
  if (std::from_chars(view.data(), view.data() + view.size(), value).ptr != view.data() + view.size() || view.empty()) {
    std::fprintf(stderr, "%s=%s: not a whole number\n", name, text);
    std::exit(64);
  }
  return value;
}

std::optional<std::chrono::milliseconds> milliseconds(const char* name) {
  const auto value = number(name);
  return value ? std::optional(std::chrono::milliseconds(*value)) : std::nullopt;
}

}  // namespace

Behaviour behaviour_from_environment() {
  Behaviour out;
  if (const char* version = std::getenv("WEB_VERSION")) out.version = version;
  if (const char* line = std::getenv("WEB_LOG")) out.log_line = line;
  out.port = number("WEB_PORT").value_or(out.port);
  out.start_delay = milliseconds("WEB_START_DELAY").value_or(out.start_delay);
  out.exit_code = number("WEB_EXIT");
  out.never_healthy = number("WEB_NEVER_HEALTHY").value_or(0) != 0;
  out.ignore_term = number("WEB_IGNORE_TERM").value_or(0) != 0;
  out.die_after = milliseconds("WEB_DIE_AFTER");
  out.errors_after = milliseconds("WEB_ERRORS_AFTER");
  out.eat_after = milliseconds("WEB_EAT_AFTER");
  out.log_after = milliseconds("WEB_LOG_AFTER");
  return out;
}

}  // namespace longshore::lab
