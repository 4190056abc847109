#include "tests/oracles/syslog_twin.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace longshore::shipper {
namespace {

using Text = re2::StringPiece;

// A pattern of bytes, where a dot is any of them.
class Pattern {
 public:
  explicit Pattern(const char* text) : pattern_(text, options()) {}
  template <class... Parts>
  bool take(Text& rest, Parts*... parts) const {
    return RE2::Consume(&rest, pattern_, parts...);
  }

 private:
  static RE2::Options options() {
    RE2::Options options(RE2::Latin1);
    options.set_dot_nl(true);
    return options;
  }
  RE2 pattern_;
};

std::string text_of(Text text) { return std::string(text.data(), text.size()); }

bool at_word_end(Text rest) {
  if (rest.starts_with(":")) rest.remove_prefix(1);
  return rest.empty() || rest[0] == ' ';
}

struct Date {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::int64_t nanoseconds = 0;

  bool exists() const {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] && hour <= 23 && minute <= 59 && second <= 60;
  }
  std::int64_t seconds() const {
    std::tm tm{};
    tm.tm_year = year - 1900, tm.tm_mon = month - 1, tm.tm_mday = day;
    tm.tm_hour = hour, tm.tm_min = minute, tm.tm_sec = std::min(second, 59);
    return timegm(&tm);
  }
};

std::int64_t nanoseconds_of(std::string digits) {
  digits.resize(9, '0');
  return std::stoll(digits);
}

bool is_year(int year) { return year >= 1970 && year <= 2199; }

// The time in nanoseconds; takes it from `rest` if it is one.
std::optional<std::int64_t> take_iso_date(Text& rest, const base::Zone& zone) {
  static const Pattern pattern(
      R"((\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d*))?([Zz]|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?)");
  Text in = rest, fraction, offset;
  Date date;
  if (!pattern.take(in, &date.year, &date.month, &date.day, &date.hour, &date.minute, &date.second, &fraction, &offset) ||
      !at_word_end(in) || !date.exists() || !is_year(date.year))
    return std::nullopt;
  rest = in;
  const std::int64_t time = date.seconds() * 1'000'000'000 + nanoseconds_of(text_of(fraction));
  if (offset.empty()) return zone.to_utc({time}).ns;
  if (offset.size() == 1) return time;
  std::string digits = text_of(offset).substr(1);
  std::erase(digits, ':');
  digits.resize(4, '0');
  const std::int64_t minutes = std::stoi(digits.substr(0, 2)) * 60 + std::stoi(digits.substr(2));
  return time - (offset[0] == '-' ? -minutes : minutes) * 60'000'000'000;
}

int year_nearest(Date date, std::int64_t now) {
  const std::time_t now_time = now / 1'000'000'000;
  std::tm tm{};
  gmtime_r(&now_time, &tm);
  const int current = tm.tm_year + 1900;
  int best = current;
  std::int64_t best_distance = INT64_MAX;
  for (date.year = current - 1; date.year <= current + 1; ++date.year) {
    const std::int64_t distance = std::abs(date.seconds() * 1'000'000'000 - now);
    if (!date.exists() || distance >= best_distance) continue;
    best = date.year;
    best_distance = distance;
  }
  return best;
}

bool take_year(Text& rest, int& year) {
  static const Pattern pattern(R"((\d{4}))");
  Text in = rest;
  int found = 0;
  if (!pattern.take(in, &found) || !at_word_end(in) || !is_year(found)) return false;
  rest = in;
  year = found;
  return true;
}

std::optional<std::int64_t> take_bsd_date(Text& rest, base::Timestamp now, const base::Zone& zone) {
  static const std::vector<std::string> months = {"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};
  static const std::map<std::string, int> zones = {
      {"UTC", 0},  {"GMT", 0},  {"EST", -5}, {"EDT", -4}, {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6},
      {"PST", -8}, {"PDT", -7}, {"WET", 0},  {"WEST", 1}, {"CET", 1},  {"CEST", 2}, {"EET", 2},  {"EEST", 3}};
  static const Pattern blank(" "), day_pattern(R"(([A-Za-z]{3}) +(\d{1,2}) +)"), clock(R"((\d{1,2}):(\d{1,2}):(\d{1,2}))"),
      fraction_pattern(R"([.,](\d*))"), zone_pattern(" ([A-Z]{1,5})");
  Text in = rest, month, fraction, zone_name;
  Date date;
  if (take_year(in, date.year) && !blank.take(in)) return std::nullopt;
  if (!day_pattern.take(in, &month, &date.day)) return std::nullopt;
  std::string lower = text_of(month);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  date.month = static_cast<int>(std::find(months.begin(), months.end(), lower) - months.begin()) + 1;
  if (date.year == 0 && take_year(in, date.year) && !blank.take(in)) return std::nullopt;
  if (!clock.take(in, &date.hour, &date.minute, &date.second)) return std::nullopt;
  if (!in.empty() && in[0] >= '0' && in[0] <= '9') return std::nullopt;
  if (fraction_pattern.take(in, &fraction)) date.nanoseconds = nanoseconds_of(text_of(fraction));

  std::optional<int> hours;
  Text behind = in;
  if (zone_pattern.take(behind, &zone_name) && at_word_end(behind) && zones.contains(text_of(zone_name))) {
    hours = zones.at(text_of(zone_name));
    in = behind;
  }
  behind = in;
  if (date.year == 0 && blank.take(behind) && take_year(behind, date.year)) in = behind;
  if (!at_word_end(in)) return std::nullopt;

  const bool year_missing = date.year == 0;
  if (year_missing) date.year = 2024;  // of which every date exists
  if (!date.exists()) return std::nullopt;
  if (year_missing) date.year = year_nearest(date, now.ns);
  rest = in;
  const std::int64_t time = date.seconds() * 1'000'000'000;
  return date.nanoseconds + (hours ? time - *hours * 3'600'000'000'000 : zone.to_utc({time}).ns);
}

bool take_tag(Text& rest, SyslogFields& fields) {
  static const Pattern head_pattern(R"(([^\x00- \[\]"<]+))"), process_pattern(R"(\[([^\] ]*)\])"), blank(" ");
  Text in = rest, head, process;
  if (!head_pattern.take(in, &head)) return false;
  const auto at_blank = [&] { return in.empty() || in[0] == ' ' || in[0] == '\t'; };
  std::string app = text_of(head);
  if (process_pattern.take(in, &process)) {
    if (process.size() > 255 || !(at_blank() || in[0] == ':')) return false;
    if (in.starts_with(":")) in.remove_prefix(1);
  } else {
    if (!at_blank() || app.find(':') != app.size() - 1) return false;
    app.pop_back();
  }
  if (app.empty() || app.size() > 255) return false;
  blank.take(in);
  fields.app = app;
  fields.procid = text_of(process);
  rest = in;
  return true;
}

void take_host_and_tag(Text& rest, SyslogFields& fields, bool bare_host) {
  static const Pattern blanks(" *"), aix("Message forwarded from ([^ ]+):(?:$| +)"), host_pattern("([^ ]*) +"),
      cisco_colon(": ");
  static const RE2 host_form("[A-Za-z0-9:_][-A-Za-z0-9._:/@%]*", RE2::Latin1);
  blanks.take(rest);
  Text host;
  if (Text in = rest; aix.take(in, &host)) {
    rest = in;
    fields.host = text_of(host);
    take_tag(rest, fields);
    return;
  }
  if (take_tag(rest, fields)) return;
  Text in = rest;
  if (!host_pattern.take(in, &host) || host.size() > 255) return;
  const bool form = RE2::FullMatch(host, host_form) && (host.ends_with("::") || !host.ends_with(":"));
  if (!form && host != "-") return;
  cisco_colon.take(in);
  if (!take_tag(in, fields) && !bare_host) return;
  rest = in;
  if (host != "-") fields.host = text_of(host);
}

bool take_rfc5424(Text& rest, SyslogFields& fields, base::Timestamp, const base::Zone& zone) {
  static const Pattern version("[1-9][0-9]? "), nil("-( )"), bad_date(R"(\d{4}-[^ ]*)"), field_pattern("( ?)([^ ]*)"),
      blank(" ?"), nil_data("-(?: |$)"), bom("\xEF\xBB\xBF"),
      data_pattern(R"re(((?:\[[^ \]"=]*(?: +[^ \]"=]+="(?:[^"\\]|\\.)*")* *\])+)(?: |$))re");
  Text in = rest, ignored;
  SyslogFields found = fields;
  found.format = Format::rfc5424;
  if (!version.take(in)) return false;
  const bool nil_date = in.starts_with("- ");
  if (nil_date) {
    in.remove_prefix(1);
  } else if (const auto time = take_iso_date(in, zone)) {
    found.time = time_text({*time});
  } else if (bad_date.take(in)) {
    found.flags |= flag::kBadData;
  } else {
    return false;
  }
  for (std::string* field : {&found.host, &found.app, &found.procid, &found.msgid}) {
    Text separator, word;
    field_pattern.take(in, &separator, &word);
    if (separator.empty()) found.flags |= flag::kBadData;
    if (nil_date && word.empty()) return false;
    *field = word == "-" ? "" : text_of(word).substr(0, 0xFFFF);
  }
  blank.take(in);
  Text data;
  if (nil_data.take(in)) {
  } else if (data_pattern.take(in, &data)) {
    found.data = text_of(data);
  } else {
    found.flags |= flag::kBadData;
  }
  bom.take(in);
  fields = found;
  rest = in;
  return true;
}

bool take_rfc3164(Text& rest, SyslogFields& fields, base::Timestamp now, const base::Zone& zone) {
  static const Pattern blanks(" *"), sequence(R"(\d*: *)"), word(R"(([^ :]*): *)"), doubt("[*.]?");
  blanks.take(rest);
  Text in = rest;
  SyslogFields found = fields;
  Text part;
  const bool has_sequence = sequence.take(in);
  for (int words = 0; has_sequence && words < 2 && word.take(in, &part); ++words)
    if (text_of(part).find_first_not_of("0123456789") != std::string::npos) found.host = text_of(part);
  doubt.take(in);
  const bool cisco = in.size() != rest.size();
  auto time = take_bsd_date(in, now, zone);
  if (!time) time = take_iso_date(in, zone);
  if (time) {
    found.time = time_text({*time});
    const bool colon = in.starts_with(":");
    if (colon) in.remove_prefix(1);
    take_host_and_tag(in, found, fields.priority != kNoPriority && !cisco && !colon);
  } else {
    in = rest;
    found = fields;
    if (fields.priority == kNoPriority || !take_tag(in, found)) return false;
    if (found.app.find_first_not_of("0123456789") == std::string::npos) return false;
  }
  fields = found;
  rest = in;
  return true;
}

bool is_utf8_twin(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
    const unsigned first = byte(i);
    const int more = first < 0x80 ? 0 : first < 0xC0 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : first < 0xF8 ? 3 : -1;
    if (more < 0) return false;
    unsigned code = more == 0 ? first : first & (0x3Fu >> more);
    for (int k = 1; k <= more; ++k) {
      if ((byte(i + static_cast<std::size_t>(k)) & 0xC0) != 0x80) return false;
      code = code << 6 | (byte(i + static_cast<std::size_t>(k)) & 0x3F);
    }
    constexpr unsigned kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    i += static_cast<std::size_t>(more) + 1;
  }
  return true;
}

}  // namespace

SyslogFields syslog_twin(std::string_view frame, base::Timestamp now, const base::Zone& zone) {
  static const Pattern before("(?:\xEF\xBB\xBF)? *"), priority_pattern("<([0-9]{1,3})>");
  SyslogFields fields;
  Text rest(frame.data(), frame.size());
  Text behind = rest;
  int priority = 0;
  before.take(behind);
  if (priority_pattern.take(behind, &priority) && priority <= 191) {
    fields.priority = priority;
    rest = behind;
  }
  if (!is_utf8_twin(frame)) fields.flags |= flag::kNotUtf8;
  const bool has_priority = fields.priority != kNoPriority;
  Text syslog = rest;
  if (!has_priority) before.take(syslog);
  if ((has_priority && take_rfc5424(syslog, fields, now, zone)) || take_rfc3164(syslog, fields, now, zone)) {
    rest = syslog;
  } else if (!has_priority) {
    fields.format = Format::raw;
  }
  fields.message = text_of(rest);
  return fields;
}

}  // namespace longshore::shipper
