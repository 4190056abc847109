#include "shipper/parse/rfc5424.hpp"

#include <climits>

#include "shipper/parse/syslog.hpp"

namespace longshore::shipper {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

bool is_nil(const Cursor& in, Slice word) { return word.size == 1 && in.view(word)[0] == '-'; }

// One or more SD-ELEMENTs, §6.3: "[" id *( SP name "=" quoted ) "]". Taken as a whole; false takes nothing.
bool skip_structured_data(Cursor& in) {
  const std::uint32_t start = in.offset();
  while (in.skip_if('[')) {
    while (!in.done() && in.peek() != ' ' && in.peek() != ']' && in.peek() != '"' && in.peek() != '=') in.skip(1);
    for (;;) {
      if (in.skip_if(']')) break;
      if (!in.skip_if(' ')) return in.go_back_to(start), false;
      in.skip_blanks();
      if (in.skip_if(']')) break;  // a blank before the bracket: seen, and harmless
      const std::uint32_t name = in.offset();
      while (!in.done() && in.peek() != '=' && in.peek() != ' ' && in.peek() != ']' && in.peek() != '"') in.skip(1);
      if (in.offset() == name || !in.skip_if('=') || !in.skip_if('"')) return in.go_back_to(start), false;
      while (!in.done() && in.peek() != '"') in.skip(in.peek() == '\\' ? 2 : 1);
      if (!in.skip_if('"')) return in.go_back_to(start), false;
    }
  }
  if (in.offset() == start || (!in.done() && in.peek() != ' ')) return in.go_back_to(start), false;
  return true;
}

constexpr int kNoOffset = INT_MAX;

// Minutes east of UTC of "+hh:mm", "+hhmm" or "+hh" at `at`, which moves behind it.
int read_offset(const Cursor& in, std::uint32_t& at) {
  const auto two = [&](std::uint32_t i) {
    return is_digit(in.peek(i)) && is_digit(in.peek(i + 1)) ? (in.peek(i) - '0') * 10 + (in.peek(i + 1) - '0') : -1;
  };
  const char sign = in.peek(at);
  const int hours = two(at + 1);
  if ((sign != '+' && sign != '-') || hours < 0 || hours > 23) return kNoOffset;
  const std::uint32_t minutes_at = in.peek(at + 3) == ':' ? at + 4 : at + 3;
  const int minutes = two(minutes_at);
  if (minutes > 59) return kNoOffset;
  at = minutes >= 0 ? minutes_at + 2 : at + 3;
  const int offset = hours * 60 + (minutes > 0 ? minutes : 0);
  return sign == '-' ? -offset : offset;
}

}  // namespace

bool read_rfc3339(Cursor& in, std::int64_t& time_ns, SyslogContext& context) {
  if (in.left() < SecondCache::kSize) return false;
  const auto seconds = context.seconds.seconds(in.data());
  if (!seconds) return false;
  std::int64_t time = *seconds * kSecond;
  std::uint32_t at = SecondCache::kSize;
  if (in.peek(at) == '.' || in.peek(at) == ',') {
    ++at;
    std::int64_t scale = kSecond / 10;
    for (; is_digit(in.peek(at)); ++at, scale /= 10) time += scale * (in.peek(at) - '0');  // past 9 digits: nothing is added
  }
  bool has_zone = true;
  if (in.peek(at) == 'Z' || in.peek(at) == 'z') {
    ++at;
  } else {
    const int minutes = read_offset(in, at);
    has_zone = minutes != kNoOffset;
    if (has_zone) time -= minutes * 60 * kSecond;
  }
  if (!in.ends_word(at)) return false;
  in.skip(at);
  time_ns = has_zone ? time : context.zone.to_utc({time}).ns;
  return true;
}

bool parse_rfc5424(Cursor& in, Event& event, SyslogContext& context) {
  const std::uint32_t start = in.offset();
  // VERSION is a number without a leading zero; only 1 exists, and what comes after it must look the same.
  if (in.peek() < '1' || in.peek() > '9' || (in.peek(1) != ' ' && !(is_digit(in.peek(1)) && in.peek(2) == ' ')))
    return false;
  in.word();
  in.skip(1);

  Event parsed = event;
  const bool nil_date = in.peek() == '-' && in.peek(1) == ' ';
  if (nil_date) {
    in.skip(1);
  } else if (read_rfc3339(in, parsed.time_ns, context)) {
    parsed.flags |= flag::kHasTime;
  } else if (is_digit(in.peek()) && is_digit(in.peek(1)) && is_digit(in.peek(2)) && is_digit(in.peek(3)) &&
             in.peek(4) == '-') {
    in.word();  // meant as a date, e.g. of a 13th month
    parsed.flags |= flag::kBadData;
  } else {
    return in.go_back_to(start), false;
  }
  Slice fields[4];
  for (Slice& field : fields) {
    if (!in.skip_if(' ')) parsed.flags |= flag::kBadData;  // the header ends early
    field = in.word();
    if (nil_date && field.empty()) return in.go_back_to(start), false;
    if (is_nil(in, field)) field = {};
  }
  parsed.set_host(fields[0]);
  parsed.set_app(fields[1]);
  parsed.set_procid(fields[2]);
  parsed.set_msgid(fields[3]);
  parsed.format = Format::rfc5424;

  in.skip_if(' ');
  const std::uint32_t data = in.offset();
  if (in.peek() == '-' && (in.left() == 1 || in.peek(1) == ' ')) {
    in.skip(1);
    in.skip_if(' ');
  } else if (skip_structured_data(in)) {
    parsed.structured_data = {data, in.offset() - data};
    in.skip_if(' ');
  } else {
    parsed.flags |= flag::kBadData;
  }
  skip_byte_order_mark(in);
  parsed.message = in.rest();
  event = parsed;
  return true;
}

}  // namespace longshore::shipper
