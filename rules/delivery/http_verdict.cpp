#include "rules/delivery/http_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "common/base/utf8.hpp"

namespace longshore::rules {
namespace {

using Kind = AlertVerdict::Kind;
constexpr base::Duration kLongestPause = std::chrono::hours(1), kLeastPause = std::chrono::seconds(1);
constexpr base::Duration kUntilMended = std::chrono::minutes(1);

base::Duration seconds(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return std::min<base::Duration>(std::chrono::seconds(whole ? value : 0), kLongestPause);
}

}  // namespace

std::string what_it_said(const AlertAnswer& answer) {
  if (answer.status == 0) return base::cut_to_characters(answer.body, 200);
  return fmt::format("answered {}: {}", answer.status, base::cut_to_characters(answer.body, 120));
}

AlertVerdict http_failure(const AlertAnswer& answer, bool address) {
  const int status = answer.status;
  const std::string said = what_it_said(answer);
  // A wrong key, an expired plan or a wrong URL refuses every alert: they wait for a person instead of being thrown away.
  if (status >= 401 && status <= 403)
    return {.kind = Kind::hold, .reason = said + "; check the key and what it may do", .pause = kUntilMended};
  if (address && (status == 404 || status == 405))
    return {.kind = Kind::hold, .reason = said + "; check the URL", .pause = kUntilMended};
  if (status == 429)
    return {.kind = Kind::wait,
            .reason = said,
            .pause = std::max({seconds(answer.retry_after), seconds(answer.rate_limit_period), kLeastPause})};
  if (status == 0 || (status >= 502 && status <= 504))
    return {.kind = Kind::wait, .reason = said, .pause = seconds(answer.retry_after)};
  if (status < 400 || status == 408 || (status >= 500 && status != 501)) return {.kind = Kind::retry, .reason = said};
  return {.kind = Kind::refused, .reason = said};
}

}  // namespace longshore::rules
