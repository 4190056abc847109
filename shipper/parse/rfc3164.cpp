#include "shipper/parse/rfc3164.hpp"

#include <cstdlib>

#include "shipper/parse/rfc5424.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

constexpr std::uint32_t kLongestTag = 128;  // RFC 3164 says 32; real senders use more

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

// "hh:mm:ss" and a fraction, if there is one.
bool read_clock(Cursor& in, base::Civil& date) {
  if (!read_number(in, date.hour, 23) || !in.skip_if(':') || !read_number(in, date.minute, 59) || !in.skip_if(':') ||
      !read_number(in, date.second, 60))
    return false;
  if (date.second == 60) date.second = 59;  // POSIX time has no leap second
  if ((in.peek() == '.' || in.peek() == ',') && is_digit(in.peek(1))) {
    in.skip(1);
    for (unsigned scale = 100'000'000; is_digit(in.peek()); in.skip(1), scale /= 10)
      date.nanosecond += scale * static_cast<unsigned>(in.peek() - '0');
  }
  return true;
}

bool read_year(Cursor& in, int& year) {
  for (std::uint32_t i = 0; i < 4; ++i)
    if (!is_digit(in.peek(i))) return false;
  if (is_digit(in.peek(4)) || in.peek(4) == ':') return false;
  const int value = std::atoi(std::string(in.data(), 4).c_str());
  if (value < 1970 || value > 2199) return false;
  in.skip(4);
  year = value;
  return true;
}

// "Mmm dd hh:mm:ss", "Mmm dd yyyy hh:mm:ss", "Mmm dd hh:mm:ss yyyy"; one or two blanks before a one-digit day.
bool read_bsd_date(Cursor& in, Event& event, SyslogContext& context) {
  const std::uint32_t start = in.offset();
  base::Civil date;
  int year = 0;
  const auto refuse = [&] { return in.go_back_to(start), false; };
  date.month = month_of(in);
  if (date.month == 0 || in.peek(3) != ' ') return false;
  in.skip(3);
  in.skip_blanks();
  if (!read_number(in, date.day, 31) || date.day == 0 || !in.skip_if(' ')) return refuse();
  in.skip_blanks();
  if (read_year(in, year) && !in.skip_if(' ')) return refuse();
  if (!read_clock(in, date)) return refuse();
  if (year == 0 && in.peek() == ' ') {
    const std::uint32_t before = in.offset();
    in.skip(1);
    if (!read_year(in, year) || (!in.done() && in.peek() != ' ' && in.peek() != ':')) {
      in.go_back_to(before);
      year = 0;
    }
  }
  if (!in.done() && in.peek() != ' ' && in.peek() != ':') return refuse();
  date.year = year != 0 ? year : nearest_year(date, context.now);
  event.time_ns = context.zone.to_utc(base::from_civil(date)).ns;
  event.flags |= flag::kHasTime;
  return true;
}

// Cisco IOS: an optional sequence number or host before the date ("65536: ", "host: "), and "*" or "." for a clock in doubt.
bool read_cisco_prefix(Cursor& in) {
  const std::uint32_t start = in.offset();
  while (is_digit(in.peek())) in.skip(1);
  if (in.offset() != start && !(in.skip_if(':') && in.skip_if(' '))) return in.go_back_to(start), false;
  in.skip_blanks();
  const bool doubted = in.peek() == '*' || in.peek() == '.';
  if (doubted) in.skip(1);
  if (month_of(in) == 0 && in.offset() != start) return in.go_back_to(start), false;
  return true;
}

bool is_tag_byte(char c) { return static_cast<unsigned char>(c) > ' ' && c != ':' && c != '[' && c != ']' && c != '"' && c != '<'; }

// "app:", "app[pid]:", "app[pid]" and a blank. Takes it with the blank that follows; false takes nothing.
bool read_tag(Cursor& in, Event& event) {
  const std::uint32_t start = in.offset();
  std::uint32_t size = 0;
  while (size < in.left() && size <= kLongestTag && is_tag_byte(in.peek(size))) ++size;
  if (size == 0 || size > kLongestTag) return false;
  const Slice app{start, size};
  Slice pid;
  in.skip(size);
  if (in.peek() == '[') {
    std::uint32_t close = 1;
    while (close < in.left() && close <= kLongestTag && in.peek(close) != ']' && in.peek(close) != ' ') ++close;
    if (in.peek(close) != ']') return in.go_back_to(start), false;
    pid = {in.offset() + 1, close - 1};
    in.skip(close + 1);
    if (!in.skip_if(':') && in.peek() != ' ' && !in.done()) return in.go_back_to(start), false;
  } else if (!in.skip_if(':')) {
    return in.go_back_to(start), false;
  } else if (!in.done() && in.peek() != ' ' && in.peek() != '\t') {
    return in.go_back_to(start), false;  // "12:30:01", "http://…": a colon inside a word
  }
  in.skip_if(' ');
  event.set_app(app);
  event.set_procid(pid);
  return true;
}

bool is_host(std::string_view word) {
  if (word.empty() || word.size() > 255) return false;
  for (const char c : word)
    if (!(is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == ':')) return false;
  return word.back() != ':';
}

// Behind the date: "HOST TAG: text", Docker's "TAG[pid]: text" without a host, or "HOST text".
void read_host_and_tag(Cursor& in, Event& event) {
  in.skip_blanks();
  if (read_tag(in, event)) return;
  const std::uint32_t start = in.offset();
  const Slice word = in.word();
  if (!is_host(in.view(word)) || in.done()) return in.go_back_to(start);
  in.skip(1);
  event.set_host(word);
  in.skip_blanks();
  read_tag(in, event);
}

}  // namespace

int nearest_year(base::Civil date, base::Timestamp now) {
  const int current = base::to_civil(now).year;
  int best = current;
  std::int64_t best_distance = INT64_MAX;
  for (const int year : {current - 1, current, current + 1}) {
    if (date.month == 2 && date.day == 29 && !((year % 4 == 0 && year % 100 != 0) || year % 400 == 0)) continue;
    date.year = year;
    const std::int64_t distance = std::llabs((base::from_civil(date) - now).count());
    if (distance >= best_distance) continue;
    best = year;
    best_distance = distance;
  }
  return best;
}

bool parse_rfc3164(Cursor& in, Event& event, SyslogContext& context, bool has_priority) {
  const std::uint32_t start = in.offset();
  Event parsed = event;
  bool has_zone = false;
  if (has_priority) in.skip_blanks();
  const bool cisco = read_cisco_prefix(in) && in.offset() != start;
  if (read_bsd_date(in, parsed, context)) {
    const bool colon = in.skip_if(':');  // Cisco ends the date with one, and names no host
    if (cisco || colon) {
      in.skip_blanks();
    } else {
      read_host_and_tag(in, parsed);
    }
  } else if (read_rfc3339(in, parsed.time_ns, context, has_zone)) {
    parsed.flags |= flag::kHasTime;
    if (!in.skip_if(':')) read_host_and_tag(in, parsed);
  } else if (!has_priority || !read_tag(in, parsed)) {
    return in.go_back_to(start), false;
  }
  parsed.format = Format::rfc3164;
  parsed.message = in.rest();
  event = parsed;
  return true;
}

}  // namespace longshore::shipper
