#include "rotator/policy/name_scheme.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <tuple>

namespace longshore::rotator {
namespace {

// ISO 8601's week of the year.
unsigned iso_week(const base::Civil& date) {
  const std::int64_t day = day_number(date);
  const std::int64_t thursday = day - (weekday_of(date) + 6) % 7 + 3;  // of the same week: it tells the year
  const base::Civil civil = base::to_civil({thursday * 86'400'000'000'000});
  return static_cast<unsigned>((thursday - base::days_from_civil(civil.year, 1, 1)) / 7 + 1);
}

struct Specifier {
  char letter;
  std::size_t width;
  std::size_t rank;  // among what orders archives
};
// `z` is a sign and four digits, all others are digits.
constexpr std::array<Specifier, 9> kSpecifiers = {
    {{'s', 10, 0}, {'Y', 4, 1}, {'m', 2, 2}, {'V', 2, 3}, {'d', 2, 4}, {'H', 2, 5}, {'M', 2, 6}, {'S', 2, 7}, {'z', 5, 8}}};

const Specifier* specifier_at(std::string_view format, std::size_t at) {
  if (format[at] != '%' || at + 1 == format.size()) return nullptr;
  const auto found =
      std::find_if(kSpecifiers.begin(), kSpecifiers.end(), [&](const auto& s) { return s.letter == format[at + 1]; });
  return found == kSpecifiers.end() ? nullptr : &*found;
}

std::int64_t value_of(char letter, const Moment& time) {
  switch (letter) {
    case 'Y':
      return time.local.year;
    case 'm':
      return time.local.month;
    case 'd':
      return time.local.day;
    case 'H':
      return time.local.hour;
    case 'M':
      return time.local.minute;
    case 'S':
      return time.local.second;
    case 'V':
      return iso_week(time.local);
    default:
      return time.at.ns / 1'000'000'000;
  }
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// "+0100": how far the wall clock is ahead of UTC, in hours and minutes.
std::string zone_text(const Moment& now) {
  const std::int64_t minutes = (wall_seconds(now.local) - now.at.ns / 1'000'000'000) / 60;
  return fmt::format("{}{:02}{:02}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60, std::abs(minutes) % 60);
}

// Where the wall clock was put back, the same reading comes again, later, with a zone that is less ahead.
bool read_zone(std::string_view text, std::int64_t& later) {
  unsigned digits = 0;
  if ((text[0] != '+' && text[0] != '-') || !read_number(text.substr(1), digits)) return false;
  const std::int64_t minutes = digits / 100 * 60 + digits % 100;
  later = text[0] == '+' ? -minutes : minutes;
  return true;
}

Moment date_for(NameDate which, const Moment& now) {
  using std::chrono::hours;
  switch (which) {
    case NameDate::now:
      break;
    case NameDate::yesterday: {
      base::Civil noon = now.local;
      noon.hour = 12;
      return {now.at - hours(24), shifted_by_days(noon, -1)};
    }
    case NameDate::hour_ago:
      return {now.at - hours(1), base::to_civil(base::from_civil(now.local) - hours(1))};
  }
  return now;
}

}  // namespace

NameScheme::NameScheme(const Policy& policy, std::string_view log)
    : by_date_(policy.date_extension), name_date_(policy.name_date), format_(policy.date_format), stem_(log) {
  format_.erase(0, format_.find_first_not_of(' '));
  if (format_.empty()) format_ = policy.criterion == Criterion::hourly ? "-%Y%m%d%H" : "-%Y%m%d";
  if (!policy.add_extension.empty()) {
    last_ = policy.add_extension;
    if (stem_.ends_with(last_)) stem_.erase(stem_.size() - last_.size());
  }
  if (!policy.extension.empty() && stem_.ends_with(policy.extension)) {
    last_ = policy.extension;
    stem_.erase(stem_.size() - last_.size());
  }
  compressed_.assign(kCompressedExtensions.begin(), kCompressedExtensions.end());
  if (!policy.compress_extension.empty() &&
      std::find(compressed_.begin(), compressed_.end(), policy.compress_extension) == compressed_.end())
    compressed_.push_back(policy.compress_extension);
}

std::string NameScheme::numbered(unsigned number) const { return fmt::format("{}.{}{}", stem_, number, last_); }

std::string NameScheme::dated(const Moment& now, unsigned sequence) const {
  const Moment time = date_for(name_date_, now);
  std::string name = stem_;
  for (std::size_t i = 0; i < format_.size(); ++i) {
    if (const Specifier* specifier = specifier_at(format_, i)) {
      if (specifier->letter == 'z')
        name += zone_text(now);
      else
        fmt::format_to(std::back_inserter(name), "{:0{}}", value_of(specifier->letter, time), specifier->width);
      ++i;
    } else {
      name += format_[i];
    }
  }
  if (sequence > 0) fmt::format_to(std::back_inserter(name), ".{}", sequence);
  return name + last_;
}

bool NameScheme::recognise_date(std::string_view text, Archive& archive) const {
  for (std::size_t i = 0; i < format_.size(); ++i) {
    if (const Specifier* specifier = specifier_at(format_, i)) {
      if (text.size() < specifier->width) return false;
      const std::string_view field = text.substr(0, specifier->width);
      std::int64_t& value = archive.date[specifier->rank];
      if (specifier->letter == 'z' ? !read_zone(field, value) : !read_number(field, value)) return false;
      text.remove_prefix(specifier->width);
      ++i;
    } else {
      if (text.empty() || text[0] != format_[i]) return false;
      text.remove_prefix(1);
    }
  }
  return text.empty() || (text[0] == '.' && read_number(text.substr(1), archive.sequence));
}

bool NameScheme::recognise_number(std::string_view text, Archive& archive) {
  if (!text.starts_with('.') || (text.size() > 2 && text[1] == '0')) return false;  // "1" is one of ours, "01" is not
  return read_number(text.substr(1), archive.number);
}

std::optional<Archive> NameScheme::recognise(const std::string& name) const {
  std::string_view text = name;
  if (!text.starts_with(stem_)) return std::nullopt;
  text.remove_prefix(stem_.size());
  Archive archive{.name = name};
  for (const std::string& extension : compressed_) {
    if (!text.ends_with(extension)) continue;
    text.remove_suffix(extension.size());
    archive.compressed = true;
    break;
  }
  if (!text.ends_with(last_)) return std::nullopt;
  text.remove_suffix(last_.size());
  const bool ours = by_date_ ? recognise_date(text, archive) : recognise_number(text, archive);
  return ours ? std::optional(std::move(archive)) : std::nullopt;
}

std::vector<Archive> NameScheme::archives(const std::vector<std::string>& names) const {
  std::vector<Archive> found;
  for (const std::string& name : names)
    if (auto archive = recognise(name)) found.push_back(std::move(*archive));
  std::sort(found.begin(), found.end(), [](const Archive& a, const Archive& b) {
    return std::tie(b.number, a.date, a.sequence, a.name) < std::tie(a.number, b.date, b.sequence, b.name);
  });
  return found;
}

}  // namespace longshore::rotator
