#include "rules/report/words.hpp"

#include <fmt/format.h>

#include <array>

namespace longshore::rules {

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string rough(base::Duration duration) {
  using namespace std::chrono_literals;
  struct Unit {
    base::Duration size;
    const char* name;
  };
  constexpr std::array kUnits = {Unit{24h, "d"}, Unit{1h, "h"}, Unit{1min, "m"}, Unit{1s, "s"}, Unit{1ms, "ms"}};
  if (duration > 24h)
    duration = std::chrono::round<std::chrono::hours>(duration);
  else if (duration > 1h)
    duration = std::chrono::round<std::chrono::minutes>(duration);
  else if (duration > 1min)
    duration = std::chrono::round<std::chrono::seconds>(duration);
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (duration < kUnits[i].size) continue;
    std::string text = fmt::format("{}{}", duration / kUnits[i].size, kUnits[i].name);
    const auto rest = i + 1 < kUnits.size() && i < 3 ? duration % kUnits[i].size / kUnits[i + 1].size : 0;
    return rest > 0 ? text + fmt::format("{}{}", rest, kUnits[i + 1].name) : text;
  }
  return "0s";
}

std::string rate_text(double a_day) {
  return a_day == 0   ? "0"
         : a_day < 1  ? fmt::format("{:.2f}", a_day)
         : a_day < 20 ? fmt::format("{:.1f}", a_day)
                      : fmt::format("{:.0f}", a_day);
}

std::string plural(std::uint64_t count, const std::string& what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

}  // namespace longshore::rules
