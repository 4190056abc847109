#include "common/base/zone_rule.hpp"

#include <algorithm>

#include "common/base/timestamp.hpp"

namespace longshore::base {
namespace {

constexpr std::int64_t kDay = 86'400;

// A day of any year, and the time of that day by the clock that is to change.
struct When {
  enum Kind { month_week_day, julian, zero_based } kind = julian;
  int month = 0, week = 0, day = 0;
  std::int32_t time = 2 * 3600;

  std::int64_t in(int year) const {
    const std::int64_t new_year = base::days_from_civil(year, 1, 1);
    const bool leap = base::days_from_civil(year + 1, 1, 1) - new_year == 366;
    if (kind == zero_based) return (new_year + day) * kDay + time;
    if (kind == julian) return (new_year + day - (leap && day >= 60 ? 0 : 1)) * kDay + time;  // 29 February is not counted
    const std::int64_t first = base::days_from_civil(year, static_cast<unsigned>(month), 1);
    const std::int64_t next = month == 12 ? base::days_from_civil(year + 1, 1, 1)
                                          : base::days_from_civil(year, static_cast<unsigned>(month) + 1, 1);
    const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
    std::int64_t found = first + (day - weekday + 7) % 7 + (week - 1) * 7;
    if (found >= next) found -= 7;  // week 5 is the last
    return found * kDay + time;
  }
};

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_(text) {}
  bool done() const { return rest_.empty(); }
  bool ok() const { return ok_; }

  bool at(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void need(char c) { ok_ = take(c) && ok_; }

  void name() {
    const bool quoted = take('<');
    std::size_t size = 0;
    const auto is_part = [quoted](char c) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      return letter || (quoted && c != '>');
    };
    while (size < rest_.size() && is_part(rest_[size])) ++size;
    rest_.remove_prefix(size);
    ok_ = ok_ && size >= 3;
    if (quoted) need('>');
  }

  int number(int least, int most) {
    int value = 0;
    std::size_t size = 0;
    while (size < rest_.size() && size < 3 && rest_[size] >= '0' && rest_[size] <= '9')
      value = value * 10 + (rest_[size++] - '0');
    rest_.remove_prefix(size);
    ok_ = ok_ && size > 0 && value >= least && value <= most;
    return value;
  }

  // "[+-]hh[:mm[:ss]]" in seconds.
  std::int32_t time(int most_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    std::int32_t seconds = number(0, most_hours) * 3600;
    if (take(':')) seconds += number(0, 59) * 60;
    if (take(':')) seconds += number(0, 59);
    return negative ? -seconds : seconds;
  }

  When when() {
    When when;
    need(',');
    if (take('M')) {
      when.kind = When::month_week_day;
      when.month = number(1, 12);
      need('.');
      when.week = number(1, 5);
      need('.');
      when.day = number(0, 6);
    } else {
      when.kind = take('J') ? When::julian : When::zero_based;
      when.day = number(when.kind == When::julian ? 1 : 0, 365);
    }
    if (take('/')) when.time = time(167);
    return when;
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::optional<ZoneRule> expand_zone_rule(std::string_view text, int first_year, int last_year) {
  RuleReader in(text);
  ZoneRule rule;
  in.name();
  rule.standard = -in.time(24);
  if (in.done()) return in.ok() ? std::optional(rule) : std::nullopt;

  in.name();
  const std::int32_t summer = in.at(',') ? rule.standard + 3600 : -in.time(24);
  const When start = in.when(), end = in.when();
  if (!in.ok() || !in.done()) return std::nullopt;
  for (int year = first_year; year <= last_year; ++year) {
    rule.changes.push_back({start.in(year)-rule.standard, summer});
    rule.changes.push_back({end.in(year)-summer, rule.standard});
  }
  std::ranges::sort(rule.changes, {}, &OffsetChange::at);  // south of the equator a year ends in summer
  return rule;
}

}  // namespace longshore::base
