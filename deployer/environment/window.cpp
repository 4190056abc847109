#include "deployer/environment/window.hpp"

#include <algorithm>

namespace longshore::deployer {
namespace {

constexpr int kMinutes = 24 * 60;

std::optional<std::size_t> weekday_of(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto* const found = std::find(kDays.begin(), kDays.end(), text);
  return found == kDays.end() ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(found - kDays.begin()));
}

bool is_open(const Window& window, int weekday, int minute) {
  const auto days = parse_days(window.days);
  const auto from = parse_time_of_day(window.from), to = parse_time_of_day(window.to);
  if (!days || !from || !to) return false;
  const auto opens_on = [&](int day) { return (*days)[static_cast<std::size_t>(day)]; };
  if (*from < *to) return opens_on(weekday) && minute >= *from && minute < *to;
  return (opens_on(weekday) && minute >= *from) || (opens_on((weekday + 6) % 7) && minute < *to);
}

}  // namespace

std::optional<std::array<bool, 7>> parse_days(std::string_view text) {
  std::array<bool, 7> days{};
  while (true) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view item = text.substr(0, end);
    const std::size_t dash = std::min(item.find('-'), item.size());
    const auto first = weekday_of(item.substr(0, dash));
    const auto last = dash == item.size() ? first : weekday_of(item.substr(dash + 1));
    if (!first || !last) return std::nullopt;
    for (std::size_t day = *first;; day = (day + 1) % 7) {
      days[day] = true;
      if (day == *last) break;
    }
    if (end == text.size()) return days;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> parse_time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1000; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const int hours = 10 * digit(0) + digit(1), minutes = 10 * digit(3) + digit(4);
  const bool good = hours >= 0 && minutes >= 0 && minutes < 60 && hours * 60 + minutes <= kMinutes;
  return good ? std::optional(hours * 60 + minutes) : std::nullopt;
}

bool is_open(const std::vector<Window>& windows, int weekday, int minute) {
  return windows.empty() ||
         std::any_of(windows.begin(), windows.end(), [&](const Window& each) { return is_open(each, weekday, minute); });
}

}  // namespace longshore::deployer
