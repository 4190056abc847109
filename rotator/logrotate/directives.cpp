#include "rotator/logrotate/directives.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "rotator/logrotate/words.hpp"

namespace longshore::rotator {
namespace {

using WordTable = std::map<std::string_view, void (*)(Policy&), std::less<>>;
using ValueTable = std::map<std::string_view, std::string (*)(std::string_view, const DirectiveContext&), std::less<>>;

constexpr std::array<std::string_view, 7> kCriterionNames = {"size",   "interval", "hourly", "daily",
                                                             "weekly", "monthly",  "yearly"};

void set_criterion(Criterion criterion, const DirectiveContext& context) {
  Policy& policy = context.policy;
  if (context.criterion_said && policy.criterion != criterion)
    context.messages.debug(fmt::format("note: '{}' overrides previously specified '{}'",
                                       kCriterionNames[static_cast<std::size_t>(criterion)],
                                       kCriterionNames[static_cast<std::size_t>(policy.criterion)]));
  policy.criterion = criterion;
  context.criterion_said = true;
}

const std::map<std::string_view, Criterion, std::less<>> kCriteria = {
    {"hourly", Criterion::hourly}, {"daily", Criterion::daily}, {"yearly", Criterion::yearly}};

const WordTable kWords = {
    {"compress", [](Policy& p) { p.compress = true; }},
    {"nocompress", [](Policy& p) { p.compress = false; }},
    {"delaycompress", [](Policy& p) { p.delay_compress = true; }},
    {"nodelaycompress", [](Policy& p) { p.delay_compress = false; }},
    {"shred", [](Policy& p) { p.shred = true; }},
    {"noshred", [](Policy& p) { p.shred = false; }},
    {"allowhardlink", [](Policy& p) { p.allow_hard_links = true; }},
    {"noallowhardlink", [](Policy& p) { p.allow_hard_links = false; }},
    {"sharedscripts", [](Policy& p) { p.shared_scripts = true; }},
    {"nosharedscripts", [](Policy& p) { p.shared_scripts = false; }},
    {"copytruncate", [](Policy& p) { p.copytruncate = true, p.renamecopy = false; }},
    {"nocopytruncate", [](Policy& p) { p.copytruncate = false; }},
    {"renamecopy", [](Policy& p) { p.renamecopy = true, p.copytruncate = false; }},
    {"norenamecopy", [](Policy& p) { p.renamecopy = false; }},
    {"copy", [](Policy& p) { p.copy = true; }},
    {"nocopy", [](Policy& p) { p.copy = false; }},
    {"ifempty", [](Policy& p) { p.if_empty = true; }},
    {"notifempty", [](Policy& p) { p.if_empty = false; }},
    {"missingok", [](Policy& p) { p.missing_ok = true; }},
    {"nomissingok", [](Policy& p) { p.missing_ok = false; }},
    {"ignoreduplicates", [](Policy& p) { p.ignore_duplicates = true; }},
    {"dateext", [](Policy& p) { p.date_extension = true; }},
    {"nodateext", [](Policy& p) { p.date_extension = false; }},
    {"dateyesterday", [](Policy& p) { p.name_date = NameDate::yesterday; }},
    {"datehourago", [](Policy& p) { p.name_date = NameDate::hour_ago; }},
    {"nodateyesterday", [](Policy& p) { p.name_date = NameDate::now; }},
    {"nodatehourago", [](Policy& p) { p.name_date = NameDate::now; }},
    {"noolddir", [](Policy& p) { p.old_directory.clear(); }},
    {"nocreate", [](Policy& p) { p.create.reset(); }},
    {"nocreateolddir", [](Policy& p) { p.create_old_directory.reset(); }},
    {"mailfirst", [](Policy& p) { p.mail_first = true; }},
    {"maillast", [](Policy& p) { p.mail_first = false; }},
    {"nomail", [](Policy& p) { p.mail.clear(); }},
};

// --- values ---

std::string needed(std::string_view value, std::string_view what) {
  return value.empty() ? fmt::format("argument expected after {}", what) : "";
}

// A number of at least `least`, as an int.
std::string number(std::string_view value, std::string_view after, std::string_view what, int least, int& into) {
  if (auto missing = needed(value, after); !missing.empty()) return missing;
  const auto parsed = parse_number(value);
  if (!parsed || *parsed < least || *parsed > std::numeric_limits<int>::max())
    return fmt::format("bad {} '{}'", what, value);
  into = static_cast<int>(*parsed);
  return "";
}

// Printable, without blanks.
std::string path(std::string_view value, std::string_view what, std::string& into) {
  if (auto missing = needed(value, what); !missing.empty()) return missing;
  for (const char c : value)
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f) return fmt::format("bad {} path {}", what, value);
  into = value;
  return "";
}

std::string text(std::string_view value, std::string_view what, std::string& into) {
  into = value;
  return needed(value, what);
}

// A static binary cannot ask what else nsswitch.conf may name, e.g. LDAP.
constexpr std::string_view kOnlyFiles = ": not in /etc/passwd or /etc/group, where alone it is looked for; write its number";

std::string user_and_group(const std::vector<std::string>& words, std::size_t first, const DirectiveContext& context,
                           Ownership& into) {
  if (words.size() > first) {
    into.uid = context.outside.user(words[first]);
    if (!into.uid) return fmt::format("unknown user '{0}'{1}", words[first], kOnlyFiles);
  }
  if (words.size() > first + 1) {
    into.gid = context.outside.group(words[first + 1]);
    if (!into.gid) return fmt::format("unknown group '{0}'{1}", words[first + 1], kOnlyFiles);
  }
  return "";
}

std::string ownership(std::string_view value, std::string_view directive, const DirectiveContext& context,
                      std::optional<Ownership>& into) {
  const auto words = split_words(value);
  if (!words) return fmt::format("extra arguments for {}", directive);
  Ownership said = into.value_or(Ownership{});  // what an outer block has said about it goes on
  std::size_t first = 0;
  if (!words->empty())
    if (const auto mode = parse_octal(words->front()); mode && *mode <= 07777) {
      said.mode = *mode;
      first = 1;
    }
  if (words->size() > first + 2) return fmt::format("extra arguments for {}", directive);
  if (auto problem = user_and_group(*words, first, context, said); !problem.empty()) return problem;
  into = said;
  return "";
}

std::string su(std::string_view value, const DirectiveContext& context) {
  const auto words = split_words(value);
  if (!words || words->size() > 2) return "extra arguments for su";
  if (words->empty()) return "no user for su";
  if (words->size() < 2) return "no group for su";
  Ownership who;
  if (auto problem = user_and_group(*words, 0, context, who); !problem.empty()) return problem;
  context.policy.su = {who.uid.value_or(0), who.gid.value_or(0)};
  return "";
}

std::string size(std::string_view value, std::string_view directive, std::uint64_t& into) {
  if (auto missing = needed(value, directive); !missing.empty()) return missing;
  const SizeValue parsed = parse_size(value);
  if (parsed.error.empty()) into = parsed.bytes;
  return parsed.error;
}
std::string optional_size(std::string_view value, std::string_view directive, std::optional<std::uint64_t>& into) {
  std::uint64_t bytes = 0;
  auto problem = size(value, directive, bytes);
  if (problem.empty()) into = bytes;
  return problem;
}

std::string weekly(std::string_view value, const DirectiveContext& context) {
  set_criterion(Criterion::weekly, context);
  context.policy.weekday = 0;
  if (value.empty()) return "";
  if (value.size() != 1 || value[0] < '0' || value[0] > '7') return fmt::format("bad weekly directive '{}'", value);
  context.policy.weekday = static_cast<unsigned>(value[0] - '0');
  return "";
}

std::string monthly(std::string_view value, const DirectiveContext& context) {
  set_criterion(Criterion::monthly, context);
  context.policy.month_day = 0;
  if (value.empty()) return "";
  const auto day = parse_number(value);
  if (!day || *day < 0 || *day > 31) return fmt::format("bad monthly directive '{}'", value);
  context.policy.month_day = static_cast<unsigned>(*day);
  return "";
}

std::string interval(std::string_view value, std::string_view unit, int seconds, const DirectiveContext& context) {
  int count = 0;
  if (auto problem = number(value, unit, unit, 1, count); !problem.empty()) return problem;
  set_criterion(Criterion::interval, context);
  context.policy.interval = std::chrono::seconds(std::int64_t{count} * seconds);
  return "";
}

std::string compress_command(std::string_view value, const DirectiveContext& context) {
  Policy& policy = context.policy;
  if (auto problem = path(value, "compress", policy.compress_command.program); !problem.empty()) return problem;
  static const std::map<std::string_view, const char*, std::less<>> extensions = {
      {"gzip", ".gz"}, {"bzip2", ".bz2"}, {"xz", ".xz"}, {"zstd", ".zst"}, {"compress", ".Z"}, {"zip", ".zip"}};
  const auto name = value.substr(value.rfind('/') + 1);
  if (const auto known = extensions.find(name); known != extensions.end()) {
    policy.compress_extension = known->second;
    context.messages.debug("compress_ext was changed to " + policy.compress_extension);
  }
  return "";
}

std::string compress_options(std::string_view value, const DirectiveContext& context) {
  auto words = split_words(value);
  if (!words || words->empty()) return "invalid compression options";
  context.policy.compress_options = std::move(*words);
  return "";
}

std::string mail(std::string_view value, const DirectiveContext& context) {
  if (auto missing = needed(value, "mail"); !missing.empty()) return missing;
  for (const char c : value)
    if (c <= ' ' || c > '~') return fmt::format("bad mail address {}", value);
  context.policy.mail = value;
  return "";
}

std::string old_directory(std::string_view value, const DirectiveContext& context) {
  std::string said;
  if (auto problem = path(value, "olddir", said); !problem.empty()) return problem;
  auto expanded = context.outside.expand_home(said);
  if (!expanded) return expanded.error().message;
  context.policy.old_directory = std::move(*expanded);
  return "";
}

std::string keep_free(std::string_view value, const DirectiveContext& context) {
  if (!value.ends_with('%')) return optional_size(value, "keepfree", context.policy.keep_free_bytes);
  const auto percent = parse_number(value.substr(0, value.size() - 1));
  if (!percent || *percent < 0 || *percent > 100) return fmt::format("bad size '{}'", value);
  context.policy.keep_free_percent = static_cast<double>(*percent);
  return "";
}

std::string in_place(std::string_view value, const DirectiveContext& context) {
  static const std::map<std::string_view, InPlaceMode, std::less<>> modes = {
      {"auto", InPlaceMode::automatic}, {"exchange", InPlaceMode::exchange}, {"collapse", InPlaceMode::collapse},
      {"punch", InPlaceMode::punch},    {"pause", InPlaceMode::pause},       {"truncate", InPlaceMode::truncate}};
  const auto mode = modes.find(value.empty() ? "auto" : value);
  if (mode == modes.end())
    return fmt::format("unknown mode '{}' of inplace: auto, exchange, collapse, punch, pause, truncate", value);
  context.policy.copytruncate = true;
  context.policy.renamecopy = false;
  context.policy.in_place = mode->second;
  return "";
}

std::string signal(std::string_view value, const DirectiveContext& context) {
  const auto words = split_words(value);
  if (!words || words->size() != 2) return "signal needs a container, or label:KEY=VALUE, and a signal: signal web USR1";
  context.policy.signals.push_back({(*words)[0], (*words)[1]});
  return "";
}

std::string call(std::string_view value, const DirectiveContext& context) {
  const auto words = split_words(value);
  if (!words || words->empty() || words->size() > 2)
    return "call needs a URL, and may have a method before it: call POST http://…";
  // A writer is told on the host it runs on; rotator brings no certificates to check another one's by.
  if (!words->back().starts_with("http://"))
    return fmt::format("call '{}': only http:// is spoken, without TLS: let the writer listen on loopback", words->back());
  context.policy.calls.push_back({words->back(), words->size() == 2 ? words->front() : "POST"});
  return "";
}

using Value = std::string_view;
using Context = const DirectiveContext&;
const ValueTable kValues = {
    {"su", su},
    {"create", [](Value v, Context c) { return ownership(v, "create", c, c.policy.create); }},
    {"createolddir", [](Value v, Context c) { return ownership(v, "createolddir", c, c.policy.create_old_directory); }},
    {"size",
     [](Value v, Context c) {
       auto problem = size(v, "size", c.policy.size);
       if (problem.empty()) set_criterion(Criterion::size, c);
       return problem;
     }},
    {"minsize", [](Value v, Context c) { return optional_size(v, "minsize", c.policy.min_size); }},
    {"maxsize", [](Value v, Context c) { return optional_size(v, "maxsize", c.policy.max_size); }},
    {"weekly", weekly},
    {"monthly", monthly},
    {"seconds", [](Value v, Context c) { return interval(v, "seconds", 1, c); }},
    {"minutes", [](Value v, Context c) { return interval(v, "minutes", 60, c); }},
    {"rotate", [](Value v, Context c) { return number(v, "rotate count", "rotation count", -1, c.policy.rotate); }},
    {"start",
     [](Value v, Context c) {
       int count = 0;
       auto problem = number(v, "start count", "start count", 0, count);
       if (problem.empty()) c.policy.start = static_cast<unsigned>(count);
       return problem;
     }},
    {"minage", [](Value v, Context c) { return number(v, "minage count", "minimum age", 0, c.policy.min_age_days); }},
    {"maxage", [](Value v, Context c) { return number(v, "maxage count", "maximum age", 0, c.policy.max_age_days); }},
    {"shredcycles", [](Value v, Context c) { return number(v, "shred cycles", "shred cycles", 0, c.policy.shred_cycles); }},
    {"dateformat", [](Value v, Context c) { return text(v, "dateformat", c.policy.date_format); }},
    {"extension", [](Value v, Context c) { return text(v, "extension name", c.policy.extension); }},
    {"addextension", [](Value v, Context c) { return text(v, "addextension name", c.policy.add_extension); }},
    {"mail", mail},
    {"olddir", old_directory},
    {"compresscmd", compress_command},
    {"uncompresscmd", [](Value v, Context c) { return path(v, "uncompress", c.policy.uncompress_command.program); }},
    {"compressext", [](Value v, Context c) { return path(v, "compress-ext", c.policy.compress_extension); }},
    {"compressoptions", compress_options},
    {"errors",
     [](Value, Context c) {
       c.messages.warning("the errors directive is deprecated and no longer used");
       return std::string();
     }},
    {"maxtotalsize", [](Value v, Context c) { return optional_size(v, "maxtotalsize", c.policy.max_total_size); }},
    {"keepfree", keep_free},
    {"keepmin", [](Value v, Context c) { return number(v, "keepmin", "number of archives", 0, c.policy.keep_min); }},
    {"inplace", in_place},
    {"signal", signal},
    {"call", call},
};

}  // namespace

DirectiveKind kind_of_directive(std::string_view name) {
  if (kWords.contains(name) || kCriteria.contains(name)) return DirectiveKind::word;
  return kValues.contains(name) ? DirectiveKind::value : DirectiveKind::none;
}

void apply_word(std::string_view name, const DirectiveContext& context) {
  if (const auto criterion = kCriteria.find(name); criterion != kCriteria.end())
    return set_criterion(criterion->second, context);
  kWords.find(name)->second(context.policy);
}

std::string apply_value(std::string_view name, std::string_view value, const DirectiveContext& context) {
  return kValues.find(name)->second(value, context);
}

}  // namespace longshore::rotator
