#include "shipper/parse/bsd_date.hpp"

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "shipper/parse/fraction.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// 1..12 for "Jan" to "Dec" in any case, else 0.
unsigned month_of(const Cursor& in) {
  const auto low = [&](std::uint32_t i) { return static_cast<unsigned>(static_cast<unsigned char>(in.peek(i)) | 0x20); };
  const unsigned key = low(0) << 16 | low(1) << 8 | low(2);
  constexpr unsigned kMonths[] = {0x6a616e, 0x666562, 0x6d6172, 0x617072, 0x6d6179, 0x6a756e,
                                  0x6a756c, 0x617567, 0x736570, 0x6f6374, 0x6e6f76, 0x646563};
  for (unsigned i = 0; i < 12; ++i)
    if (kMonths[i] == key) return i + 1;
  return 0;
}

// One or two digits, at most `most`; false takes nothing.
bool read_number(Cursor& in, unsigned& value, unsigned most) {
  if (!is_digit(in.peek())) return false;
  unsigned number = static_cast<unsigned>(in.peek() - '0');
  std::uint32_t size = 1;
  if (is_digit(in.peek(1))) {
    number = number * 10 + static_cast<unsigned>(in.peek(1) - '0');
    size = 2;
  }
  if (number > most || is_digit(in.peek(size))) return false;
  in.skip(size);
  value = number;
  return true;
}

// Four digits that stand alone, kFirstYear to kLastYear; false takes nothing.
bool read_year(Cursor& in, int& year) {
  int value = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    if (!is_digit(in.peek(i))) return false;
    value = value * 10 + (in.peek(i) - '0');
  }
  if (!in.ends_word(4) || value < kFirstYear || value > kLastYear) return false;
  in.skip(4);
  year = value;
  return true;
}

// "Mmm dd hh:mm:ss" with a year before it or behind the day. False may have taken something.
bool read_core(Cursor& in, base::Civil& date, int& year) {
  if (read_year(in, year) && !in.skip_if(' ')) return false;
  date.month = month_of(in);
  if (date.month == 0 || in.peek(3) != ' ') return false;
  in.skip(3);
  in.skip_blanks();
  constexpr unsigned kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (!read_number(in, date.day, kDays[date.month - 1]) || date.day == 0 || !in.skip_if(' ')) return false;
  in.skip_blanks();
  if (year == 0 && read_year(in, year) && !in.skip_if(' ')) return false;
  if (!read_number(in, date.hour, 23) || !in.skip_if(':') || !read_number(in, date.minute, 59) || !in.skip_if(':') ||
      !read_number(in, date.second, 60))
    return false;
  if (date.second == 60) date.second = 59;  // POSIX time has no leap second
  return true;
}

// Hours east of UTC of the zones that RFC 5322 §4.3 names, and of the European ones. Others are ambiguous, or hosts.
std::optional<int> read_zone_name(Cursor& in) {
  struct Name {
    std::string_view text;
    int hours;
  };
  constexpr Name kNames[] = {{"UTC", 0},  {"GMT", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5},
                             {"MST", -7}, {"MDT", -6}, {"PST", -8}, {"PDT", -7}, {"WET", 0},  {"CET", 1},
                             {"EET", 2},  {"WEST", 1}, {"CEST", 2}, {"EEST", 3}};
  if (in.peek() != ' ' || in.peek(1) < 'A' || in.peek(1) > 'Z') return std::nullopt;
  std::uint32_t size = 0;
  while (size < 5 && in.peek(1 + size) >= 'A' && in.peek(1 + size) <= 'Z') ++size;
  if (!in.ends_word(1 + size)) return std::nullopt;
  for (const Name& name : kNames)
    if (name.text == std::string_view(in.data() + 1, size)) return in.skip(1 + size), name.hours;
  return std::nullopt;
}

}  // namespace

bool read_bsd_date(Cursor& in, std::int64_t& time_ns, SyslogContext& context) {
  const std::uint32_t start = in.offset();
  BsdDateCache& last = context.bsd_date;
  base::Civil date;
  int year = 0;
  const bool known = last.valid && in.left() > last.kSize && same_bytes<BsdDateCache::kSize>(last.text, in.data());
  if (known) {
    date = last.date;
    in.skip(last.kSize);
  } else if (!read_core(in, date, year)) {
    return in.go_back_to(start), false;
  }
  const bool plain = in.offset() - start == last.kSize && year == 0;
  const std::int64_t fraction = read_fraction(in);
  const std::optional<int> zone = read_zone_name(in);
  if (year == 0 && in.peek() == ' ' && is_digit(in.peek(1))) {
    const std::uint32_t before = in.offset();
    in.skip(1);
    if (!read_year(in, year)) in.go_back_to(before);
  }
  if (!in.ends_word(0)) return in.go_back_to(start), false;

  // A date within half a year of now is of the nearest year, whenever it was read first.
  constexpr base::Duration kHalfYear = std::chrono::days{180};
  if (known && year == 0 && !zone && last.time - context.now < kHalfYear && context.now - last.time < kHalfYear) {
    time_ns = last.time.ns + fraction;
    return true;
  }
  if (year != 0 && date.month == 2 && date.day == 29 && !is_leap(year)) return in.go_back_to(start), false;
  date.year = year != 0 ? year : nearest_year(date, context.now);
  base::Timestamp time = base::from_civil(date);
  time = zone ? time - std::chrono::hours{*zone} : context.zone.to_utc(time);
  if (plain && year == 0 && !zone) {
    std::memcpy(last.text, in.data() - (in.offset() - start), last.kSize);
    last.date = date;
    last.time = time;
    last.valid = true;
  }
  time_ns = time.ns + fraction;
  return true;
}

int nearest_year(base::Civil date, base::Timestamp now) {
  const int current = base::to_civil(now).year;
  int best = current;
  std::int64_t best_distance = INT64_MAX;
  for (const int year : {current - 1, current, current + 1}) {
    if (date.month == 2 && date.day == 29 && !is_leap(year)) continue;
    date.year = year;
    const std::int64_t distance = std::llabs((base::from_civil(date) - now).count());
    if (distance >= best_distance) continue;
    best = year;
    best_distance = distance;
  }
  return best;
}

}  // namespace longshore::shipper
