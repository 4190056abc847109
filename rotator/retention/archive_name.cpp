#include "rotator/retention/archive_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "rotator/policy/name_scheme.hpp"

namespace longshore::rotator {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}
std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc{} && end == digits.data() + digits.size() ? value : UINT64_MAX;
}

// `%z` of logrotate's dateformat, at the end of a date. What begins with "-" may as well be a time of day behind a date
// alone.
std::string_view zone_of(std::string_view date) {
  const std::size_t sign = date.find_last_of("+-");
  if (sign == date.npos || sign + 5 != date.size() || !all_digits(date.substr(sign + 1))) return {};
  const auto digits = std::ranges::count_if(date.substr(0, sign), [](char c) { return c >= '0' && c <= '9'; });
  return date[sign] == '+' || digits > 8 ? date.substr(sign) : std::string_view();
}

// Digits of YYYYMMDD[hh[mm[ss]]] in the zone, or seconds since 1970.
std::optional<base::Timestamp> time_of(std::string_view digits, std::string_view zone) {
  if (digits.size() == 10 && digits[0] == '1' && digits[1] < '9' && number(digits.substr(4, 2)) > 12)
    return base::Timestamp{static_cast<std::int64_t>(number(digits)) * 1'000'000'000};
  if (digits.size() < 8 || digits.size() > 14 || digits.size() % 2 != 0) return std::nullopt;
  auto part = [&](std::size_t at) { return at < digits.size() ? static_cast<unsigned>(number(digits.substr(at, 2))) : 0U; };
  const base::Civil civil{.year = static_cast<int>(number(digits.substr(0, 4))),
                          .month = part(4),
                          .day = part(6),
                          .hour = part(8),
                          .minute = part(10),
                          .second = part(12)};
  if (civil.year < 1970 || civil.year > 2200 || civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.day > 31 ||
      civil.hour > 23 || civil.minute > 59 || civil.second > 59)
    return std::nullopt;
  if (zone.empty()) return base::from_civil(civil);
  const base::Duration ahead = std::chrono::hours(number(zone.substr(1, 2))) + std::chrono::minutes(number(zone.substr(3)));
  return zone[0] == '+' ? base::from_civil(civil) - ahead : base::from_civil(civil) + ahead;
}

std::string_view compressor_extension(std::string_view name) {
  for (const std::string_view extension : kCompressedExtensions)
    if (name.size() > extension.size() && name.ends_with(extension)) return name.substr(name.size() - extension.size());
  return {};
}

}  // namespace

bool is_compressed_name(std::string_view name) { return !compressor_extension(name).empty(); }

std::string make_archive_name(std::string_view log, std::string_view keep_extension, base::Timestamp made,
                              std::uint64_t sequence, std::string_view compressor) {
  const bool keeps = !keep_extension.empty() && log.size() > keep_extension.size() && log.ends_with(keep_extension);
  const std::string_view stem = keeps ? log.substr(0, log.size() - keep_extension.size()) : log;
  const base::Civil t = base::to_civil(made);
  return fmt::format("{}-{:04}{:02}{:02}-{:02}{:02}{:02}{}{}{}", stem, t.year, t.month, t.day, t.hour, t.minute, t.second,
                     sequence == 0 ? "" : fmt::format(".{}", sequence), keeps ? keep_extension : "", compressor);
}

std::optional<std::string> log_of_archive_name(std::string_view name, std::string_view keep_extension) {
  constexpr std::size_t kStamp = 16;  // "-20261127-054905"
  for (std::size_t at = name.find('-', 1); at != name.npos && at + kStamp <= name.size(); at = name.find('-', at + 1)) {
    if (name[at + 9] != '-' || !all_digits(name.substr(at + 1, 8)) || !all_digits(name.substr(at + 10, 6))) continue;
    for (const std::string_view keep : {keep_extension, std::string_view()}) {
      std::string log = std::string(name.substr(0, at)) + std::string(keep);
      if (parse_archive_name(name, log, keep)) return log;
    }
  }
  return std::nullopt;
}

std::optional<ArchiveName> parse_archive_name(std::string_view name, std::string_view log, std::string_view keep_extension) {
  ArchiveName found;
  std::string_view rest = name;
  found.extension = compressor_extension(rest);
  rest.remove_suffix(found.extension.size());
  const bool keeps = !keep_extension.empty() && log.size() > keep_extension.size() && log.ends_with(keep_extension);
  if (keeps) {
    log.remove_suffix(keep_extension.size());
    if (!rest.ends_with(keep_extension)) return std::nullopt;
    rest.remove_suffix(keep_extension.size());
  }
  if (rest.size() < log.size() + 2 || !rest.starts_with(log)) return std::nullopt;
  const char separator = rest[log.size()];
  rest.remove_prefix(log.size() + 1);
  if (separator == '.' && all_digits(rest)) {
    if (rest.size() < 6) {
      found.number = number(rest);
      return found;
    }
  } else if (separator == '-') {
    if (const std::size_t dot = rest.find('.'); dot != rest.npos) {
      if (!all_digits(rest.substr(dot + 1)) || dot + 19 < rest.size()) return std::nullopt;
      found.sequence = number(rest.substr(dot + 1));
      rest = rest.substr(0, dot);
    }
  } else {
    return std::nullopt;
  }
  const std::string_view zone = zone_of(rest);
  rest.remove_suffix(zone.size());
  std::string digits;
  for (const char c : rest) {
    if (c != '-' && c != '_' && c != '.') digits += c;
  }
  // A date has eight digits; with fewer, as with a word, this is another log beside ours ("app-2.log", "app-worker.log").
  if (!all_digits(digits) || digits.size() < 8) return std::nullopt;
  found.made = time_of(digits, zone);
  found.exact = found.made && digits.size() >= 10 && (digits.size() == 14 || digits[0] == '1');
  return found;
}

}  // namespace longshore::rotator
