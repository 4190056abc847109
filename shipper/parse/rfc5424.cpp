#include "shipper/parse/rfc5424.hpp"

#include <cstdint>

#include "shipper/parse/fraction.hpp"
#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

bool begins_with_year(const Cursor& in) {
  return is_digit(in.peek()) && is_digit(in.peek(1)) && is_digit(in.peek(2)) && is_digit(in.peek(3)) && in.peek(4) == '-';
}

// ' name="value"' in structured data, §6.3.3.
bool skip_parameter(Cursor& in) {
  if (in.take(kNameByte).empty() || !in.skip_if('=') || !in.skip_if('"')) return false;
  for (;;) {
    in.skip_to('"', '\\');
    if (in.skip_if('"')) return true;
    if (in.done()) return false;
    in.skip(2);  // a backslash, and what it protects
  }
}

// One SD-ELEMENT: "[" id *( SP parameter ) "]". Blanks before the bracket are seen, and harmless.
bool skip_element(Cursor& in) {
  in.take(kNameByte);
  while (!in.skip_if(']')) {
    if (!in.skip_if(' ')) return false;
    in.skip_blanks();
    if (in.peek() != ']' && !skip_parameter(in)) return false;
  }
  return true;
}

// STRUCTURED-DATA that is not nil. Taken as a whole; false takes nothing.
bool skip_structured_data(Cursor& in) {
  const std::uint32_t start = in.offset();
  bool good = in.peek() == '[';
  while (good && in.skip_if('[')) good = skip_element(in);
  if (good && (in.done() || in.peek() == ' ')) return true;
  return in.go_back_to(start), false;
}

// Minutes east of UTC of "Z", "+hh:mm", "+hhmm" or "+hh"; false takes nothing.
bool read_offset(Cursor& in, std::int64_t& minutes) {
  if (in.skip_if('Z') || in.skip_if('z')) return minutes = 0, true;
  const auto two = [&in](std::uint32_t i) {
    return is_digit(in.peek(i)) && is_digit(in.peek(i + 1)) ? (in.peek(i) - '0') * 10 + (in.peek(i + 1) - '0') : -1;
  };
  const char sign = in.peek();
  if (sign != '+' && sign != '-') return false;
  const std::uint32_t behind_hours = in.peek(3) == ':' ? 4 : 3;
  const int hours = two(1), rest = two(behind_hours);
  if (hours < 0 || hours > 23 || rest > 59) return false;
  in.skip(rest < 0 ? 3 : behind_hours + 2);
  minutes = hours * 60 + (rest < 0 ? 0 : rest);
  if (sign == '-') minutes = -minutes;
  return true;
}

}  // namespace

bool read_rfc3339(Cursor& in, std::int64_t& time_ns, SyslogContext& context) {
  if (in.left() < SecondCache::kSize) return false;
  const auto seconds = context.seconds.seconds(in.data());
  if (!seconds) return false;
  const std::uint32_t start = in.offset();
  in.skip(SecondCache::kSize);
  const std::int64_t time = *seconds * 1'000'000'000 + read_fraction(in);
  std::int64_t minutes = 0;
  const bool has_zone = read_offset(in, minutes);
  if (!in.ends_word(0)) return in.go_back_to(start), false;
  time_ns = has_zone ? time - minutes * 60'000'000'000 : context.zone.to_utc({time}).ns;
  return true;
}

bool parse_rfc5424(Cursor& in, Event& event, SyslogContext& context) {
  const std::uint32_t start = in.offset();
  // VERSION is a number without a leading zero; only 1 exists, and what comes after it must look the same.
  if (in.peek() < '1' || in.peek() > '9' || (in.peek(1) != ' ' && !(is_digit(in.peek(1)) && in.peek(2) == ' ')))
    return false;
  in.word();
  in.skip(1);

  std::int64_t time = 0;
  std::uint16_t flags = 0;
  const bool nil_date = in.peek() == '-' && in.peek(1) == ' ';
  if (nil_date) {
    in.skip(1);
  } else if (read_rfc3339(in, time, context)) {
    flags = flag::kHasTime;
  } else if (begins_with_year(in)) {
    in.word();  // meant as a date, e.g. of a 13th month
    flags = flag::kBadData;
  } else {
    return in.go_back_to(start), false;
  }
  Slice fields[4];
  for (Slice& field : fields) {
    if (!in.skip_if(' ')) flags |= flag::kBadData;  // the header ends early
    field = in.word();
    if (nil_date && field.empty()) return in.go_back_to(start), false;
    if (field.size == 1 && in.view(field)[0] == '-') field = {};
  }
  in.skip_if(' ');
  const std::uint32_t data = in.offset();
  if (in.peek() == '-' && (in.left() == 1 || in.peek(1) == ' ')) {
    in.skip(2);
  } else if (skip_structured_data(in)) {
    event.structured_data = {data, in.offset() - data};
    in.skip(1);
  } else {
    flags |= flag::kBadData;
  }
  skip_byte_order_mark(in);

  if ((flags & flag::kHasTime) != 0) event.time_ns = time;
  event.flags |= flags;
  event.format = Format::rfc5424;
  event.set_host(fields[0]);
  event.set_app(fields[1]);
  event.set_procid(fields[2]);
  event.set_msgid(fields[3]);
  event.message = in.rest();
  return true;
}

}  // namespace longshore::shipper
