#include "common/base/timestamp.hpp"

#include <algorithm>
#include <limits>

namespace longshore::base {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDaySeconds = 86'400;

// Two decimal digits at `p`, or -1.
int two(const char* p) {
  const unsigned a = static_cast<unsigned char>(p[0]) - '0';
  const unsigned b = static_cast<unsigned char>(p[1]) - '0';
  return a <= 9 && b <= 9 ? static_cast<int>(a * 10 + b) : -1;
}

unsigned days_in_month(int year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

void put_two(char*& out, unsigned value) {
  *out++ = static_cast<char>('0' + value / 10 % 10);
  *out++ = static_cast<char>('0' + value % 10);
}

}  // namespace

// Howard Hinnant's days_from_civil: years start in March, so that the leap day is the last of its year.
std::int64_t days_from_civil(int year, unsigned month, unsigned day) {
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(y - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

Timestamp from_civil(const Civil& civil) {
  const std::int64_t seconds = days_from_civil(civil.year, civil.month, civil.day) * kDaySeconds +
                               std::int64_t{civil.hour} * 3600 + std::int64_t{civil.minute} * 60 + civil.second;
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max() / kSecond - kDaySeconds;  // leaves room for a zone
  return {std::clamp(seconds, -kMax, kMax) * kSecond + civil.nanosecond};
}

Civil to_civil(Timestamp time) {
  std::int64_t seconds = time.ns / kSecond;
  std::int64_t nanos = time.ns % kSecond;
  if (nanos < 0) {
    nanos += kSecond;
    --seconds;
  }
  std::int64_t days = seconds / kDaySeconds;
  std::int64_t rest = seconds % kDaySeconds;
  if (rest < 0) {
    rest += kDaySeconds;
    --days;
  }
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  Civil civil;
  civil.day = day_of_year - (153 * shifted + 2) / 5 + 1;
  civil.month = shifted < 10 ? shifted + 3 : shifted - 9;
  civil.year = static_cast<int>(year_of_era + era * 400) + (civil.month <= 2 ? 1 : 0);
  civil.hour = static_cast<unsigned>(rest / 3600);
  civil.minute = static_cast<unsigned>(rest / 60 % 60);
  civil.second = static_cast<unsigned>(rest % 60);
  civil.nanosecond = static_cast<unsigned>(nanos);
  return civil;
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  if (text.size() < 20) return std::nullopt;
  const char* p = text.data();
  const char* const end = p + text.size();
  const int century = two(p), year = two(p + 2), month = two(p + 5), day = two(p + 8);
  const int hour = two(p + 11), minute = two(p + 14);
  int second = two(p + 17);
  if ((century | year | month | day | hour | minute | second) < 0 || p[4] != '-' || p[7] != '-' || p[13] != ':' ||
      p[16] != ':' || (p[10] != 'T' && p[10] != 't' && p[10] != ' '))
    return std::nullopt;
  Civil civil{.year = century * 100 + year,
              .month = static_cast<unsigned>(month),
              .day = static_cast<unsigned>(day),
              .hour = static_cast<unsigned>(hour),
              .minute = static_cast<unsigned>(minute)};
  if (month < 1 || month > 12 || day < 1 || civil.day > days_in_month(civil.year, civil.month) || hour > 23 || minute > 59 ||
      second > 60)
    return std::nullopt;
  civil.second = static_cast<unsigned>(std::min(second, 59));  // POSIX time has no leap second: 60 is told as 59
  p += 19;
  if (*p == '.' || *p == ',') {
    unsigned scale = 100'000'000;
    const char* const first = ++p;
    for (; p < end && *p >= '0' && *p <= '9'; ++p, scale /= 10) {
      if (p - first == 9) return std::nullopt;
      civil.nanosecond += static_cast<unsigned>(*p - '0') * scale;
    }
    if (p == first || p == end) return std::nullopt;
  }
  if ((*p == 'Z' || *p == 'z') && p + 1 == end) return from_civil(civil);
  if ((*p != '+' && *p != '-') || end - p != 6 || p[3] != ':') return std::nullopt;
  const int offset_hour = two(p + 1), offset_minute = two(p + 4);
  if (offset_hour < 0 || offset_hour > 23 || offset_minute < 0 || offset_minute > 59) return std::nullopt;
  const Duration offset = std::chrono::minutes{offset_hour * 60 + offset_minute};
  const Timestamp local = from_civil(civil);
  return *p == '+' ? local - offset : local + offset;
}

std::size_t format_rfc3339(Timestamp time, unsigned digits, char* out) {
  const Civil civil = to_civil(time);
  char* const first = out;
  put_two(out, static_cast<unsigned>(civil.year) / 100);
  put_two(out, static_cast<unsigned>(civil.year) % 100);
  *out++ = '-';
  put_two(out, civil.month);
  *out++ = '-';
  put_two(out, civil.day);
  *out++ = 'T';
  put_two(out, civil.hour);
  *out++ = ':';
  put_two(out, civil.minute);
  *out++ = ':';
  put_two(out, civil.second);
  if (digits > 0) {
    *out++ = '.';
    unsigned rest = civil.nanosecond;
    unsigned scale = 100'000'000;
    for (unsigned i = 0; i < digits && i < 9; ++i, scale /= 10) {
      *out++ = static_cast<char>('0' + rest / scale);
      rest %= scale;
    }
  }
  *out++ = 'Z';
  return static_cast<std::size_t>(out - first);
}

std::string format_rfc3339(Timestamp time, unsigned digits) {
  char text[kRfc3339Size];
  return std::string(text, format_rfc3339(time, digits, text));
}

}  // namespace longshore::base
