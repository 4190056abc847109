#include "rules/match/predicate.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "rules/query/literals.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Op = Predicate::Op;

// All that follows compares texts in lower case.

// The whole text: * any bytes, ? any byte, \ before *, ? and \ that character. One step back to the last star is enough, so
// it takes at most size × size.
bool is_glob(std::string_view text, std::string_view glob) {
  std::size_t at = 0, in_glob = 0, star = std::string_view::npos, from = 0;
  while (at < text.size()) {
    const std::size_t literal = in_glob + (in_glob + 1 < glob.size() && glob[in_glob] == '\\' ? 1 : 0);
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      from = at;
    } else if (in_glob < glob.size() && (glob[in_glob] == '?' || glob[literal] == text[at])) {
      ++at;
      in_glob = literal + 1;
    } else if (star != std::string_view::npos) {
      in_glob = star + 1;
      at = ++from;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

bool is_token(std::string_view token, const Literal& literal) {
  return literal.pattern ? is_glob(token, literal.text) : token == literal.text;
}

// The tokens stand one after the other somewhere in the text.
bool has_tokens(std::string_view text, const std::vector<Literal>& tokens) {
  for (std::size_t at = 0;;) {
    const std::string_view first = next_token(text, at);
    if (first.empty()) return false;
    if (!is_token(first, tokens[0])) continue;
    std::size_t behind = at, matched = 1;
    while (matched < tokens.size()) {
      const std::string_view next = next_token(text, behind);
      if (next.empty() || !is_token(next, tokens[matched])) break;
      ++matched;
    }
    if (matched == tokens.size()) return true;
  }
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::unique_ptr<re2::RE2> compile_regex(const std::string& pattern, bool ignore_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(!ignore_case);
  options.set_max_mem(8 << 20);
  return std::make_unique<RE2>(pattern, options);
}

CompiledPredicate::CompiledPredicate(const Predicate& predicate, FieldId field, const std::vector<std::string>& list)
    : predicate_(predicate), field_(field) {
  switch (predicate.op) {
    case Op::equals:
      tokens_ = token_literals(predicate.values[0].text, false);
      break;
    case Op::regex:
      regex_ = compile_regex(predicate.pattern, predicate.ignore_case);
      read_regex(predicate.pattern);
      break;
    case Op::cidr:
      for (const Literal& value : predicate.values)
        if (const auto network = base::parse_ip_network(value.text)) networks_.push_back(*network);
      break;
    case Op::list:
      for (const std::string& value : list) list_.insert(lower(value));
      break;
    case Op::wildcard:
      read_glob(predicate.values[0].text);
      break;
    default:
      break;
  }
}

void CompiledPredicate::read_glob(std::string_view glob) {
  const bool begins = !glob.starts_with('*');
  if (!begins) glob.remove_prefix(1);
  bool ends = true;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '*' && i + 1 == glob.size()) {
      ends = false;
    } else if (glob[i] == '*' || glob[i] == '?') {
      return;  // more than that: is_glob()
    } else {
      if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
      glob_text_ += glob[i];
    }
  }
  glob_ = begins ? (ends ? Glob::whole : Glob::starts) : (ends ? Glob::ends : Glob::contains);
}
CompiledPredicate::CompiledPredicate(CompiledPredicate&&) noexcept = default;
CompiledPredicate::~CompiledPredicate() = default;

// `^text$`: what other tools' rules for "is equal to" become.
void CompiledPredicate::read_regex(std::string_view pattern) {
  if (pattern.size() < 2 || !pattern.starts_with('^') || !pattern.ends_with('$')) return;
  pattern = pattern.substr(1, pattern.size() - 2);
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escaped = pattern[i] == '\\' && i + 1 < pattern.size();
    if (escaped) ++i;
    const char c = pattern[i];
    const bool special = std::string_view("^$.[]|()?*+{}\\").find(c) != std::string_view::npos;
    if (c < ' ' || c >= '\x7F' || (escaped ? is_token_byte(c) : special)) return;
    text += predicate_.ignore_case ? lower(c) : c;
  }
  whole_ = std::move(text);
}

bool CompiledPredicate::matches_regex(std::string_view value) const {
  if (whole_) {
    if (value == *whole_) return true;
    // Beyond ASCII there are letters, of up to three bytes, that are a k and an s in another case.
    const bool might = predicate_.ignore_case && value.size() >= whole_->size() && value.size() <= 3 * whole_->size();
    if (!might || std::all_of(value.begin(), value.end(), [](char c) { return static_cast<signed char>(c) >= 0; }))
      return false;
  }
  return RE2::PartialMatch({value.data(), value.size()}, *regex_);
}

bool CompiledPredicate::uses_lowered() const {
  switch (predicate_.op) {
    case Op::regex:
      return whole_ && predicate_.ignore_case;
    case Op::exists:
    case Op::exact:
    case Op::cidr:
      return false;
    default:
      return true;
  }
}

bool CompiledPredicate::holds(EventFields& fields) const {
  const auto values = uses_lowered() ? fields.lowered_values(field_) : fields.values(field_);
  return std::any_of(values.begin(), values.end(), [this](std::string_view value) { return holds_for(value); });
}

bool CompiledPredicate::holds_for(std::string_view value) const {
  switch (predicate_.op) {
    case Op::exists:
      return true;
    case Op::tokens:
      return has_tokens(value, predicate_.values);
    case Op::equals: {
      const Literal& wanted = predicate_.values[0];
      if (wanted.numeric)
        if (const auto number = number_of(value)) return *number == wanted.number;
      return value == wanted.text || (!tokens_.empty() && has_tokens(value, tokens_));
    }
    case Op::exact:
      return value == predicate_.values[0].text;
    case Op::contains:
      return value.find(predicate_.values[0].text) != std::string_view::npos;
    case Op::wildcard:
      switch (glob_) {
        case Glob::whole:
          return value == glob_text_;
        case Glob::starts:
          return value.starts_with(glob_text_);
        case Glob::ends:
          return value.ends_with(glob_text_);
        case Glob::contains:
          return value.find(glob_text_) != std::string_view::npos;
        case Glob::other:
          return is_glob(value, predicate_.values[0].text);
      }
      return false;
    case Op::regex:
      return matches_regex(value);
    case Op::range:
      return in_range(value);
    case Op::cidr: {
      const auto address = base::parse_ip_address(value);
      return address && std::any_of(networks_.begin(), networks_.end(), [&](const auto& n) { return n.contains(*address); });
    }
    case Op::list:
      return list_.contains(std::string(value));
  }
  return false;
}

bool CompiledPredicate::in_range(std::string_view value) const {
  const Predicate& p = predicate_;
  // Numbers where the ends are numbers: a text is in no range of numbers.
  const bool numbers = (!p.has_low || p.low.numeric) && (!p.has_high || p.high.numeric) && (p.has_low || p.has_high);
  if (numbers) {
    const auto number = number_of(value);
    return number && (!p.has_low || (p.includes_low ? *number >= p.low.number : *number > p.low.number)) &&
           (!p.has_high || (p.includes_high ? *number <= p.high.number : *number < p.high.number));
  }
  return (!p.has_low || (p.includes_low ? value >= p.low.text : value > p.low.text)) &&
         (!p.has_high || (p.includes_high ? value <= p.high.text : value < p.high.text));
}

}  // namespace longshore::rules
