#include "rotator/logrotate/state_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "rotator/logrotate/words.hpp"

namespace longshore::rotator {

std::optional<base::Civil> parse_state_date(std::string_view text) {
  unsigned fields[6] = {0, 0, 0, 0, 0, 0};
  constexpr std::string_view parted_by = "---::";
  std::size_t count = 0;
  while (count < 6) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), fields[count]);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    ++count;
    if (text.empty() || count == 6 || text[0] != parted_by[count - 1]) break;
    text.remove_prefix(1);
  }
  const auto [year, month, day, hour, minute, second] = fields;
  if (count < 3 || !trim(text).empty()) return std::nullopt;
  // 1900 and day 0 stand in files that old versions of logrotate have written
  if ((year != 1900 && (year < 1970 || year > 2100)) || month < 1 || month > 12 || day > 31 || hour > 23 || minute > 59 ||
      second > 59)
    return std::nullopt;
  base::Civil date;
  date.year = static_cast<int>(year);
  date.month = month;
  date.day = day == 0 ? 1 : day;
  date.hour = hour;
  date.minute = minute;
  date.second = second;
  return date;
}

StateReading read_state(std::string_view text, const std::string& name) {
  StateReading reading;
  if (text.empty()) return reading;
  for (unsigned line = 1; !text.empty(); ++line) {
    const std::string_view whole = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(whole.size() + 1, text.size()));
    if (line == 1) {
      if (whole != "logrotate state -- version 1" && whole != "logrotate state -- version 2")
        reading.problems.push_back("bad top line in state file " + name);
      continue;
    }
    if (whole.empty()) continue;
    const auto path = unquote(whole);
    const auto date = path ? parse_state_date(trim(path->rest)) : std::nullopt;
    if (date) {
      reading.entries[path->text].last_rotated = *date;
    } else {
      reading.problems.push_back(fmt::format("bad line {} in state file {}", line, name));
    }
  }
  return reading;
}

std::string state_line(const std::string& path, const base::Civil& last) {
  return fmt::format("{} {}-{}-{}-{}:{}:{}\n", quote(path), last.year, last.month, last.day, last.hour, last.minute,
                     last.second);
}

std::string write_state(const StateEntries& entries) {
  std::string text = "logrotate state -- version 2\n";
  for (const auto& [path, entry] : entries) text += state_line(path, entry.last_rotated);
  return text;
}

}  // namespace longshore::rotator
