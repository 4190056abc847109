#include "rules/query/field_ref.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "common/config/nearest.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Kind = FieldRef::Kind;

struct Name {
  std::string_view name;
  Kind kind;
};

// The first name of a kind is the one that is printed.
constexpr std::array kNames = {
    Name{"message", Kind::message},
    Name{"raw", Kind::raw},
    Name{"tag", Kind::tag},
    Name{"host", Kind::host},
    Name{"source", Kind::source},
    Name{"time", Kind::time},
    Name{"syslog.severity", Kind::severity},
    Name{"syslog.level", Kind::severity},
    Name{"syslog.facility", Kind::facility},
    Name{"syslog.priority", Kind::priority},
    Name{"syslog.appname", Kind::app},
    Name{"syslog.host", Kind::host},
    Name{"syslog.procid", Kind::procid},
    Name{"syslog.pid", Kind::procid},
    Name{"syslog.msgid", Kind::msgid},
    Name{"syslog.timestamp", Kind::time},
};
// Attributes that shipper's sources make, and that look like a slip of one of the above.
constexpr std::array<std::string_view, 1> kAttributes = {"file"};
// What has a path behind it.
constexpr std::array kRoots = {
    Name{"syslog.structured.", Kind::structured},
    Name{"json.", Kind::json},
    Name{"deploy.", Kind::deploy},
    Name{"cap.", Kind::capture},
};

constexpr std::array<std::string_view, 8> kSeverities = {"emergency", "alert",  "critical",      "error",
                                                         "warning",   "notice", "informational", "debug"};
constexpr std::array<std::pair<std::string_view, int>, 8> kSeverityAliases = {
    {{"emerg", 0}, {"panic", 0}, {"crit", 2}, {"err", 3}, {"warn", 4}, {"info", 6}, {"fatal", 0}, {"trace", 7}}};
constexpr std::array<std::string_view, 24> kFacilities = {
    "kern", "user",  "mail",    "daemon", "auth",   "syslog", "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
    "ntp",  "audit", "console", "clock",  "local0", "local1", "local2", "local3", "local4", "local5", "local6",   "local7"};

std::optional<int> number_below(std::string_view text, int limit) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number >= limit) return std::nullopt;
  return number;
}

template <std::size_t N>
std::optional<int> index_of(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](auto n) { return equal_ignoring_case(n, name); });
  if (found == names.end()) return std::nullopt;
  return static_cast<int>(found - names.begin());
}

}  // namespace

std::optional<FieldRef> parse_field(std::string_view name, std::string* suggestion) {
  const std::string folded = lower(name);
  const bool syslog = folded.starts_with("syslog.");
  const std::string_view looked_up = syslog ? std::string_view(folded) : name;
  for (const Name& known : kNames)
    if (known.name == looked_up) return FieldRef{known.kind, {}};
  for (const Name& root : kRoots)
    if (looked_up.starts_with(root.name) && name.size() > root.name.size())
      return FieldRef{root.kind, std::string(name.substr(root.name.size()))};
  if (std::find(kAttributes.begin(), kAttributes.end(), name) != kAttributes.end())
    return FieldRef{Kind::attribute, std::string(name)};
  std::vector<std::string> known;
  for (const Name& each : kNames) known.emplace_back(each.name);
  const std::string_view meant = config::nearest(looked_up, known);
  if (syslog || !meant.empty()) {
    if (suggestion != nullptr) *suggestion = meant;
    return std::nullopt;
  }
  return FieldRef{Kind::attribute, std::string(name)};
}

std::string field_name(const FieldRef& field) {
  for (const Name& known : kNames)
    if (known.kind == field.kind) return std::string(known.name);
  for (const Name& root : kRoots)
    if (root.kind == field.kind) return std::string(root.name) + field.path;
  return field.path;  // an attribute; empty for text
}

std::optional<int> severity_rank(std::string_view name) {
  if (const auto number = number_below(name, 8)) return number;
  if (const auto rank = index_of(kSeverities, name)) return rank;
  for (const auto& [alias, rank] : kSeverityAliases)
    if (equal_ignoring_case(alias, name)) return rank;
  return std::nullopt;
}

std::optional<int> facility_number(std::string_view name) {
  if (const auto number = number_below(name, 24)) return number;
  return index_of(kFacilities, name);
}

}  // namespace longshore::rules
