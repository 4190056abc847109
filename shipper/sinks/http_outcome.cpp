#include "shipper/sinks/http_outcome.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace longshore::shipper {
namespace {

constexpr base::Duration kLongestPause = std::chrono::hours(1);

// {"response":"ok"} with any white space, which is all that Loggly says.
bool is_loggly_ok(std::string_view body) {
  std::string packed;
  for (const char c : body.substr(0, 256))
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') packed += c;
  return packed == R"({"response":"ok"})";
}

// The first characters of an answer for a person, on one line.
std::string excerpt(std::string_view body) {
  std::string out;
  for (const char c : body.substr(0, 80)) out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  return out;
}

// "Sun, 06 Nov 1994 08:49:37 GMT" (IMF-fixdate).
std::optional<base::Timestamp> parse_http_date(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const std::size_t month = kMonths.find(text.substr(8, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  return base::parse_rfc3339(
      fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month / 3 + 1, text.substr(5, 2), text.substr(17, 8)));
}

}  // namespace

base::Duration parse_retry_after(std::string_view value, base::Timestamp now) {
  base::Duration pause{};
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error == std::errc{} && end == value.data() + value.size()) {
    pause = std::chrono::seconds(seconds);
  } else if (const auto date = parse_http_date(value)) {
    pause = *date - now;
  }
  return std::clamp(pause, base::Duration{}, kLongestPause);
}

Outcome http_outcome(const base::Result<http::Response>& answer, Acknowledgement expected, base::Timestamp now) {
  if (!answer) return {.verdict = Verdict::retry, .reason = answer.error().message};
  const int status = answer->status;
  if (status >= 200 && status < 300) {
    if (expected == Acknowledgement::status || is_loggly_ok(answer->body)) return {};
    return {
        .verdict = Verdict::retry,
        .reason = fmt::format("answered {} with something else than an acknowledgement: {}", status, excerpt(answer->body))};
  }
  const std::string reason = fmt::format("answered {}: {}", status, excerpt(answer->body));
  const base::Duration pause = parse_retry_after(answer->header("retry-after"), now);
  if (status == 400 || status == 413) return {.verdict = Verdict::split, .reason = reason};
  if (status == 408 || status == 429 || status >= 500) return {.verdict = Verdict::retry, .reason = reason, .pause = pause};
  return {.verdict = Verdict::hold, .reason = reason, .pause = pause};
}

}  // namespace longshore::shipper
