#include "deployer/composition/version.hpp"

#include <algorithm>

#include "deployer/composition/image.hpp"

namespace longshore::deployer {

bool is_stamp(std::string_view tag) {
  if (tag.size() != 13 || tag[8] != '_') return false;
  const auto number = [&](std::size_t from, std::size_t digits) {
    int value = 0;
    for (const char c : tag.substr(from, digits)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const int year = number(0, 4), month = number(4, 2), day = number(6, 2), hour = number(9, 2), minute = number(11, 2);
  if (year < 0 || month < 1 || month > 12 || hour < 0 || hour > 23 || minute < 0 || minute > 59) return false;
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day >= 1 && day <= (month == 2 && !leap ? 28 : kDays[month - 1]);
}

Version read_version(std::string_view tag) {
  if (is_stamp(tag)) return {VersionKind::stamp, tag};
  if (tag.starts_with("c_") && is_stamp(tag.substr(2))) return {VersionKind::composition, tag.substr(2)};
  if (tag.starts_with("rc_") && is_stamp(tag.substr(3))) return {VersionKind::candidate, tag.substr(3)};
  return {};
}

bool is_composition_name(std::string_view name) {
  const auto word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 128 && word(name.front()) && !name.contains("..") && !name.ends_with('.') &&
         !name.ends_with(".lock") &&
         std::all_of(name.begin(), name.end(), [&](char c) { return word(c) || c == '.' || c == '-'; });
}

}  // namespace longshore::deployer
