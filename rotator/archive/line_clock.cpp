#include "rotator/archive/line_clock.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace longshore::rotator {
namespace {

constexpr std::size_t kHead = 128;          // a date begins in these bytes of a line
constexpr std::size_t kDate = 32;           // and takes at most so many
constexpr std::size_t kJsonHead = 8 << 10;  // a member of a line of JSON begins in these
constexpr std::int64_t kDay = 86400;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// The number of exactly `count` digits at `at`; -1: it is not one.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// 1 to 12; 0: no name of a month stands at `at`.
int month_at(std::string_view text, std::size_t at) {
  constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t found = at + 3 <= text.size() ? kNames.find(text.substr(at, 3)) : kNames.npos;
  return found == kNames.npos || found % 3 != 0 ? 0 : static_cast<int>(found / 3 + 1);
}

std::optional<std::int64_t> days(int year, int month, int day) {
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return {};
  return base::days_from_civil(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

// What a clock with the zone that stands at `at` ("Z", "+02:00", " -0500") is ahead of UTC, in seconds; without one 0.
std::int64_t zone_at(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == ' ') ++at;
  if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return 0;
  const int hour = digits(text, at + 1, 2);
  const int minute = digits(text, at + (at + 3 < text.size() && text[at + 3] == ':' ? 4 : 3), 2);
  if (hour < 0 || hour > 14 || minute < 0 || minute > 59) return 0;
  return (text[at] == '-' ? -1 : 1) * (hour * 3600 + minute * 60);
}

// A number since 1970 that stands at the beginning, in seconds, milliseconds, microseconds or nanoseconds as its size tells.
std::optional<std::int64_t> epoch_seconds(std::string_view text) {
  std::size_t count = 0;
  std::int64_t value = 0;
  for (; count < text.size() && count < 20 && is_digit(text[count]); ++count)
    if (count < 10) value = value * 10 + (text[count] - '0');
  const bool stated = count == 10 || count == 13 || count == 16 || count == 19;
  if (!stated || value < 1'000'000'000 || value > 4'102'444'800) return {};  // 2001 to 2099
  return value;
}

// Where `"t`, `"@t` or `"d` stands from `from` on: what all names of a member for a time begin with.
std::size_t find_key(std::string_view text, std::size_t from) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), t = _mm_set1_epi8('t'), at = _mm_set1_epi8('@'), d = _mm_set1_epi8('d');
  for (; from + 17 <= text.size(); from += 16) {
    const __m128i first = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from));
    const __m128i second = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from + 1));
    const __m128i begins =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(second, t), _mm_cmpeq_epi8(second, at)), _mm_cmpeq_epi8(second, d));
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_and_si128(begins, _mm_cmpeq_epi8(first, quote))));
    if (hits != 0) return from + static_cast<std::size_t>(__builtin_ctz(hits));
  }
#endif
  for (; from + 1 < text.size(); ++from)
    if (text[from] == '"' && (text[from + 1] == 't' || text[from + 1] == '@' || text[from + 1] == 'd')) return from;
  return text.npos;
}

}  // namespace

std::int64_t LineClock::with_likely_year(unsigned month, unsigned day, std::int64_t second_of_day) const {
  const auto in_year = [&](int year) { return base::days_from_civil(year, month, day) * kDay + second_of_day; };
  int year = reference_year_ + 1;
  while (in_year(year) > reference_ + kDay) --year;
  if (month == 2 && day == 29)  // of a year that has it
    while (year % 4 != 0 || (year % 100 == 0 && year % 400 != 0)) --year;
  return in_year(year);
}

// `hour`: where "hh:mm:ss" begins in `text`. A date stands in front of it, or it is no time.
std::optional<LineClock::Stamp> LineClock::stamp_at(std::string_view text, std::size_t hour) const {
  const int h = digits(text, hour, 2), m = digits(text, hour + 3, 2), s = digits(text, hour + 6, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 || hour < 6) return {};
  const std::int64_t second_of_day = h * 3600 + m * 60 + s;
  const auto at = [&](std::size_t back) { return back <= hour ? text[hour - back] : '\0'; };
  const auto of_day = [&](std::optional<std::int64_t> day) -> std::optional<Stamp> {
    if (!day) return {};
    return Stamp{*day * kDay + second_of_day, Stamp::zone};
  };

  const char before = at(1);
  if (before == 'T' || before == ' ' || before == 't') {
    if (hour >= 11 && at(4) == at(7) && (at(4) == '-' || at(4) == '/'))  // 2026-11-27T
      return of_day(days(digits(text, hour - 11, 4), digits(text, hour - 6, 2), digits(text, hour - 3, 2)));
    if (before != ' ') return {};
    if (hour >= 12 && at(6) == ' ' && at(10) == ' ')  // 27 Nov 2026
      if (const int month = month_at(text, hour - 9); month != 0)
        return of_day(days(digits(text, hour - 5, 4), month, digits(text, hour - 12, 2)));
    int month = hour >= 7 ? month_at(text, hour - 7) : 0, day = 0;
    if (month != 0 && at(4) == ' ')  // Nov 27
      day = at(3) == ' ' ? digits(text, hour - 2, 1) : digits(text, hour - 3, 2);
    else if (hour == 6 && std::string_view("IWEF").find(text[0]) != std::string_view::npos)  // I1127
      month = digits(text, 1, 2), day = digits(text, 3, 2);
    if (month < 1 || month > 12 || day < 1 || day > 31) return {};
    return Stamp{with_likely_year(static_cast<unsigned>(month), static_cast<unsigned>(day), second_of_day),
                 hour == 6 ? Stamp::nothing : Stamp::year};
  }
  if (before == ':' && hour >= 12 && at(6) == '/' && at(10) == '/')  // 27/Nov/2026:
    if (const int month = month_at(text, hour - 9); month != 0)
      return of_day(days(digits(text, hour - 5, 4), month, digits(text, hour - 12, 2)));
  return {};
}

std::optional<std::int64_t> LineClock::date_around(std::string_view text, std::size_t hour) {
  const std::size_t begin = hour - std::min<std::size_t>(hour, 12);
  const std::string_view key = text.substr(begin, hour + 8 - begin);
  if (key != std::string_view(last_text_, last_size_)) {
    const auto stamp = stamp_at(text, hour);
    if (!stamp) return {};
    last_ = *stamp;
    last_size_ = key.copy(last_text_, sizeof last_text_);
  }
  if (last_.behind == Stamp::nothing) return last_.time;
  std::size_t end = hour + 8;
  if (end + 1 < text.size() && (text[end] == '.' || text[end] == ',') && is_digit(text[end + 1]))
    for (++end; end < text.size() && is_digit(text[end]);) ++end;
  if (last_.behind == Stamp::zone) return last_.time - zone_at(text, end);
  const int year = end < text.size() && text[end] == ' ' ? digits(text, end + 1, 4) : -1;
  if (year < 1970 || (end + 5 < text.size() && is_digit(text[end + 5]))) return last_.time;
  base::Civil civil = base::to_civil({last_.time * 1'000'000'000});
  civil.year = year;
  return base::from_civil(civil).ns / 1'000'000'000;
}

std::optional<std::int64_t> LineClock::first_date(std::string_view text) {
  text = text.substr(0, kHead + kDate);
  for (std::size_t colon = text.find(':'); colon < kHead; colon = text.find(':', colon + 1)) {
    if (colon < 8 || colon + 6 > text.size() || text[colon + 3] != ':' || is_digit(text[colon - 3])) continue;
    if (const auto time = date_around(text, colon - 2)) return time;
  }
  return {};
}

// `text`: what follows the name of a member and its quote.
std::optional<std::int64_t> LineClock::json_value(std::string_view text) {
  std::size_t at = text.find_first_not_of(" \t:");
  if (at == text.npos || at == 0 || at > 8) return {};
  if (text[at] != '"') return epoch_seconds(text.substr(at));
  ++at;
  const std::string_view value = text.substr(at, std::min(text.find('"', at) - at, kDate + 16));
  if (value.size() >= 19 && value[13] == ':') return date_around(value, 11);
  return epoch_seconds(value);
}

std::optional<std::int64_t> LineClock::json_seconds(std::string_view line) {
  if (line.ends_with("\"}")) {
    constexpr std::string_view kDocker = R"(,"time":)";
    const void* opening = ::memrchr(line.data(), '"', line.size() - 2);  // of the last value
    const auto value = opening == nullptr ? 0 : static_cast<std::size_t>(static_cast<const char*>(opening) - line.data());
    if (line.substr(0, value).ends_with(kDocker))
      if (const auto time = json_value(line.substr(value - 1))) return time;
  }
  constexpr std::array<std::string_view, 6> kNames = {"timestamp", "@timestamp", "time", "ts", "datetime", "date"};
  for (std::size_t at = find_key(line, 0); at < kJsonHead; at = find_key(line, at + 1)) {
    if (at == 0 || line[at - 1] == '\\') continue;
    const std::size_t end = line.find('"', at + 1);
    if (end == line.npos) break;
    if (std::ranges::find(kNames, line.substr(at + 1, end - at - 1)) == kNames.end()) continue;
    if (const auto time = json_value(line.substr(end + 1))) return time;
  }
  return {};
}

std::optional<std::int64_t> LineClock::seconds(std::string_view line) {
  if (line.empty() || line[0] == ' ' || line[0] == '\t') return {};
  if (line[0] == '{') return json_seconds(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
  if (is_digit(line[0])) {
    std::size_t end = 1;
    while (end < line.size() && is_digit(line[end])) ++end;
    if (end == line.size() || line[end] == '.' || line[end] == ' ' || line[end] == '\t')
      if (const auto time = epoch_seconds(line.substr(0, end))) return time;
  }
  return first_date(line);
}

}  // namespace longshore::rotator
