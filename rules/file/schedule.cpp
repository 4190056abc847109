#include "rules/file/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>

namespace longshore::rules {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr unsigned kDayMinutes = 24 * 60;

std::optional<unsigned> day(std::string_view name) {
  const auto found = std::find(kDays.begin(), kDays.end(), name);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<unsigned>(found - kDays.begin());
}

// "Mon-Fri,Sun" as bits.
std::optional<std::uint8_t> days(std::string_view text) {
  unsigned bits = 0;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), part.size() + 1));
    const std::size_t dash = part.find('-');
    const auto first = day(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : day(part.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (unsigned each = *first;; each = (each + 1) % 7) {
      bits |= 1U << each;
      if (each == *last) break;
    }
  }
  return static_cast<std::uint8_t>(bits);
}

// "HH:MM" as a minute of the day; "24:00" too.
std::optional<unsigned> minute(std::string_view text) {
  const auto digit = [&](std::size_t i) { return static_cast<unsigned>(text[i] - '0'); };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U})
    if (digit(i) > 9) return std::nullopt;
  const unsigned hours = digit(0) * 10 + digit(1), minutes = digit(3) * 10 + digit(4);
  if (minutes > 59 || hours * 60 + minutes > kDayMinutes) return std::nullopt;
  return hours * 60 + minutes;
}

bool is_zone(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.front() != '/' && text.back() != '/' &&
         text.find("..") == std::string_view::npos && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
                  c == '-' || c == '+' || c == ':';
         });
}

}  // namespace

std::expected<Schedule, std::string> parse_schedule(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return std::unexpected(fmt::format("\"{}\" {}, e.g. \"Mon-Fri 22:00-06:00 Europe/Zurich\"", text, what));
  };
  std::vector<std::string_view> words;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    if (!word.empty()) words.push_back(word);
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
  }
  if (words.size() == 2) words.insert(words.begin(), "Mon-Sun");
  if (words.size() != 3) return wrong("is not days, times and a time zone");
  const auto on = days(words[0]);
  if (!on) return wrong(fmt::format("has unknown days \"{}\" ({})", words[0], fmt::join(kDays, ", ")));
  const std::string_view times = words[1];
  const std::size_t dash = std::min(times.find('-'), times.size());
  const auto from = minute(times.substr(0, dash));
  const auto until = minute(times.substr(std::min(times.size(), dash + 1)));
  if (!from || !until || *from == kDayMinutes) return wrong(fmt::format("has no times in \"{}\"", times));
  if (!is_zone(words[2])) return wrong(fmt::format("has no time zone in \"{}\"", words[2]));
  return Schedule{*on, static_cast<std::uint16_t>(*from), static_cast<std::uint16_t>(*until), std::string(words[2])};
}

bool covers_the_week(const std::vector<Schedule>& schedules) {
  std::bitset<7 * kDayMinutes> muted;
  for (const Schedule& schedule : schedules) {
    if (schedule.zone != schedules[0].zone) continue;
    const unsigned until = schedule.until_minute + (schedule.until_minute <= schedule.from_minute ? kDayMinutes : 0);
    for (unsigned on = 0; on < 7; ++on)
      if ((schedule.days >> on & 1U) != 0)
        for (unsigned each = schedule.from_minute; each < until; ++each) muted.set((on * kDayMinutes + each) % muted.size());
  }
  return muted.all();
}

}  // namespace longshore::rules
