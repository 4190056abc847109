#include "rules/import/sigma_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "common/base/ip_network.hpp"
#include "rules/import/query_build.hpp"
#include "rules/import/sigma_pattern.hpp"
#include "rules/query/field_ref.hpp"
#include "rules/query/literals.hpp"
#include "rules/query/regex_check.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Op = Predicate::Op;
using Queried = std::expected<rules::Node, std::string>;

struct Modifiers {
  enum class Form { text, regex, cidr, exists, less, at_most, more, at_least } form = Form::text;
  PatternPlace place;
  bool all = false, negated = false, windash = false, base64 = false, base64_offset = false;
  std::string encoding;     // "utf16le", "utf16be", "utf16": before base64
  std::string regex_flags;  // of i, m, s
};

// Unexpected: the first one that cannot be honoured.
std::expected<Modifiers, std::string> read_modifiers(std::string_view text) {
  Modifiers out;
  using Form = Modifiers::Form;
  constexpr std::array<std::pair<std::string_view, Form>, 7> kForms = {{{"re", Form::regex},
                                                                        {"cidr", Form::cidr},
                                                                        {"exists", Form::exists},
                                                                        {"lt", Form::less},
                                                                        {"lte", Form::at_most},
                                                                        {"gt", Form::more},
                                                                        {"gte", Form::at_least}}};
  while (!text.empty()) {
    text.remove_prefix(1);  // the bar
    const std::string_view name = text.substr(0, text.find('|'));
    text.remove_prefix(name.size());
    const auto form = std::find_if(kForms.begin(), kForms.end(), [&](const auto& each) { return each.first == name; });
    if (form != kForms.end()) {
      out.form = form->second;
    } else if (name == "contains") {
      out.place.open_begin = out.place.open_end = true;
    } else if (name == "startswith") {
      out.place.open_end = true;
    } else if (name == "endswith") {
      out.place.open_begin = true;
    } else if (name == "all") {
      out.all = true;
    } else if (name == "neq") {
      out.negated = true;
    } else if (name == "cased") {
      out.place.ignore_case = false;
    } else if (name == "windash") {
      out.windash = true;
    } else if (name == "base64") {
      out.base64 = true;
    } else if (name == "base64offset") {
      out.base64 = out.base64_offset = true;
    } else if (name == "wide" || name == "utf16le") {
      out.encoding = "utf16le";
    } else if (name == "utf16be" || name == "utf16") {
      out.encoding = name;
    } else if (name == "i" || name == "m" || name == "s") {
      out.regex_flags += name;
    } else if (name == "expand") {
      return std::unexpected("the modifier \"expand\" takes values that only you know: write list(NAME) by hand");
    } else if (name == "fieldref") {
      return std::unexpected("the modifier \"fieldref\" compares two fields of an event, which no query can");
    } else {
      return std::unexpected(fmt::format("the modifier \"{}\" has no counterpart", name));
    }
  }
  if (out.base64 && out.windash)
    return std::unexpected("the modifiers \"base64\" and \"windash\" together have no counterpart");
  if (!out.encoding.empty() && !out.base64)
    return std::unexpected(fmt::format("the modifier \"{}\" without base64 is about bytes, not text", out.encoding));
  return out;
}

std::string encoded(std::string_view text, std::string_view encoding) {
  if (encoding.empty()) return std::string(text);
  std::string out = encoding == "utf16" ? "\xFF\xFE" : "";
  for (const char c : text) {
    if (encoding == "utf16be") out += '\0';
    out += c;
    if (encoding != "utf16be") out += '\0';
  }
  return out;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned word = 0;
    for (std::size_t k = 0; k < 3; ++k)
      word = word << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[word >> (18 - 6 * k) & 63];
  }
  return out;
}

// What of the text stays the same, wherever in a base64 text it begins: one for each of the three places in a group.
std::vector<std::string> base64_offsets(std::string_view bytes) {
  constexpr std::array<std::size_t, 3> kBegin = {0, 2, 3}, kEnd = {0, 3, 2};
  std::vector<std::string> out;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    std::string text = base64(std::string(offset, ' ') + std::string(bytes));
    text = text.substr(0, text.size() - kEnd[(offset + bytes.size()) % 3]);
    if (text.size() > kBegin[offset]) out.push_back(text.substr(kBegin[offset]));
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Queried text_value(const FieldRef& field, const std::string& text, const Modifiers& modifiers) {
  if (text.empty() && field.kind == FieldRef::Kind::raw) return std::unexpected("a keyword is empty");
  if (!modifiers.base64) {
    TextPattern pattern = TextPattern::sigma(text);
    if (modifiers.windash) pattern.loosen_dashes();
    return leaf_of(match_pattern(field, pattern, modifiers.place));
  }
  const TextPattern pattern = TextPattern::sigma(text);
  if (!pattern.plain()) return std::unexpected("a wildcard inside base64 has no meaning");
  if (!modifiers.encoding.empty() && !is_ascii(text))
    return std::unexpected("other letters than ASCII in UTF-16 cannot be carried over");
  const std::string bytes = encoded(pattern.text(), modifiers.encoding);
  PatternPlace place = modifiers.place;
  place.ignore_case = false;  // base64 is nothing without its case
  if (!modifiers.base64_offset) return leaf_of(match_pattern(field, TextPattern::literal(base64(bytes)), place));
  place.open_begin = place.open_end = true;
  std::vector<rules::Node> any;
  for (const std::string& each : base64_offsets(bytes))
    any.push_back(leaf_of(match_pattern(field, TextPattern::literal(each), place)));
  return any_of(std::move(any));
}

// Without backslashes before slashes: the language writes those itself.
std::string without_escaped_slashes(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\' && i + 1 < pattern.size() && pattern[++i] != '/') out += '\\';
    out += pattern[i];
  }
  return out;
}

Queried regex_value(const FieldRef& field, const std::string& text, const Modifiers& modifiers) {
  bool ignore_case = false;
  std::string flags, pattern = without_escaped_slashes(text);
  for (const char flag : modifiers.regex_flags) (flag == 'i' ? ignore_case = true : (flags += flag, true));
  if (!flags.empty()) pattern = "(?" + flags + ")" + pattern;
  if (const std::string problem = regex_problem(pattern); !problem.empty())
    return std::unexpected(fmt::format("the regular expression {}: {}", pattern, problem));
  return leaf_of({.field = field, .op = Op::regex, .pattern = std::move(pattern), .ignore_case = ignore_case});
}

Queried compared(const FieldRef& field, const std::string& text, Modifiers::Form form) {
  using Form = Modifiers::Form;
  const Literal number = literal(text, true);
  if (!number.numeric) return std::unexpected(fmt::format("\"{}\" is no number to compare with", text));
  Predicate out{.field = field, .op = Op::range};
  const bool low = form == Form::more || form == Form::at_least;
  (low ? out.low : out.high) = number;
  (low ? out.has_low : out.has_high) = true;
  (low ? out.includes_low : out.includes_high) = form == Form::at_least || form == Form::at_most;
  return leaf_of(std::move(out));
}

Queried one_value(const FieldRef& field, const config::Node& value, const Modifiers& modifiers) {
  using Form = Modifiers::Form;
  if (value.kind == config::Node::Kind::null) {
    if (field.kind == FieldRef::Kind::raw) return std::unexpected("a keyword is empty");
    return none_of(leaf_of({.field = field, .op = Op::exists}));
  }
  if (value.kind != config::Node::Kind::scalar) return std::unexpected("a value is no plain text");
  const std::string& text = value.scalar;
  switch (modifiers.form) {
    case Form::text:
      return text_value(field, text, modifiers);
    case Form::regex:
      return regex_value(field, text, modifiers);
    case Form::cidr:
      if (!base::parse_ip_network(text)) return std::unexpected(fmt::format("\"{}\" is no network", text));
      return leaf_of({.field = field, .op = Op::cidr, .values = {literal(text, true)}});
    case Form::exists: {
      if (field.kind == FieldRef::Kind::raw) return std::unexpected("\"exists\" needs a field");
      rules::Node there = leaf_of({.field = field, .op = Op::exists});
      return equal_ignoring_case(text, "true") ? there : none_of(std::move(there));
    }
    default:
      return compared(field, text, modifiers.form);
  }
}

}  // namespace

std::expected<FieldRef, std::string> sigma_field_ref(const std::string& name) {
  const bool writable = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return is_token_byte(c) || c == '_' || c == '.' || c == '-' || c == '@';
  });
  if (!writable) return std::unexpected(fmt::format("the field \"{}\" has a name that no query can hold", name));
  return FieldRef{FieldRef::Kind::json, name};
}

std::expected<rules::Node, std::string> sigma_field(const std::string& key, const config::Node& value) {
  const std::size_t bar = std::min(key.find('|'), key.size());
  const auto modifiers = read_modifiers(std::string_view(key).substr(bar));
  if (!modifiers) return std::unexpected(modifiers.error());
  const auto field = bar == 0 ? FieldRef{FieldRef::Kind::raw, {}} : sigma_field_ref(key.substr(0, bar));
  if (!field) return std::unexpected(field.error());
  std::vector<rules::Node> parts;
  const std::vector<config::Node> one = {value};
  for (const config::Node& each : value.kind == config::Node::Kind::list ? value.list : one) {
    Queried part = one_value(*field, each, *modifiers);
    if (!part) return part;
    parts.push_back(std::move(*part));
  }
  if (parts.empty()) return std::unexpected(fmt::format("\"{}\" has no values", key));
  rules::Node out = modifiers->all ? all_of(std::move(parts)) : any_of(std::move(parts));
  return modifiers->negated ? none_of(std::move(out)) : out;
}

}  // namespace longshore::rules
