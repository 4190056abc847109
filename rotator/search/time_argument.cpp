#include "rotator/search/time_argument.hpp"

#include <charconv>
#include <optional>
#include <string>

#include "common/base/duration.hpp"

namespace longshore::rotator {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

}  // namespace

base::Result<std::int64_t> parse_time_argument(std::string_view text, base::Timestamp now) {
  if (text.starts_with('@')) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), seconds);
    if (error == std::errc() && end == text.data() + text.size()) return seconds;
  }
  const std::string today = base::format_rfc3339(now, 0).substr(0, 10) + "T";
  const std::string given(text);
  for (const std::string& whole :
       {given, given + "Z", given + ":00Z", given + "T00:00:00Z", today + given + "Z", today + given + ":00Z"})
    if (const auto time = base::parse_rfc3339(whole)) return time->ns / kSecond;
  if (const auto ago = base::parse_duration(text)) return (now - *ago).ns / kSecond;
  return base::fail(base::Code::invalid,
                    "\"" + given + "\" is no time: say e.g. 2h, 05:49, 2026-11-27 05:49 or 2026-11-27T05:49:05Z");
}

}  // namespace longshore::rotator
