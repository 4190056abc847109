#include "rules/query/literals.hpp"

#include <charconv>
#include <cmath>

#include "rules/query/field_ref.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {

Literal literal(const std::string& text, bool ignore_case) {
  Literal value{.text = ignore_case ? lower(text) : text};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value.number);
  value.numeric = error == std::errc{} && end == text.data() + text.size() && std::isfinite(value.number);
  return value;
}

base::Result<Literal> ranked_literal(const FieldRef& field, const std::string& text) {
  const bool severity = field.kind == FieldRef::Kind::severity;
  if (const auto rank = severity ? severity_rank(text) : facility_number(text))
    return Literal{.text = std::to_string(*rank), .number = static_cast<double>(*rank), .numeric = true};
  const std::string known = severity ? "emergency, alert, critical, error, warning, notice, informational, debug, or 0 to 7"
                                     : "kern, user, mail, daemon, auth … local7, or 0 to 23";
  return base::fail(base::Code::invalid, "\"" + text + "\" is no " + (severity ? "severity: " : "facility: ") + known);
}

std::vector<Literal> token_literals(const std::string& text, bool pattern) {
  std::vector<Literal> tokens;
  std::string token;
  const auto close = [&] {
    if (token.find_first_not_of("*?") != std::string::npos)
      tokens.push_back({.text = lower(token), .pattern = token.find_first_of("*?") != std::string::npos});
    token.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_token_byte(c) || (pattern && (c == '*' || c == '?'))) {
      token += c;
    } else {
      close();
      if (pattern && c == '\\') ++i;  // and what is escaped is no letter or digit
    }
  }
  close();
  return tokens;
}

}  // namespace longshore::rules
