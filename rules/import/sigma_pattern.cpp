#include "rules/import/sigma_pattern.hpp"

#include "rules/query/literals.hpp"
#include "rules/query/tokens.hpp"

namespace longshore::rules {
namespace {

using Kind = TextPattern::Kind;
using Op = Predicate::Op;

bool is_word(char c) { return is_token_byte(c) || c == '_'; }

std::string glob(const TextPattern& pattern, PatternPlace place) {
  std::string out = place.open_begin ? "*" : "";
  for (const auto& [kind, c] : pattern.pieces) {
    if (kind == Kind::any) {
      if (!out.ends_with('*') || out.ends_with("\\*")) out += '*';
    } else if (kind == Kind::one) {
      out += '?';
    } else {
      if (c == '*' || c == '?' || c == '\\') out += '\\';
      out += lower(c);
    }
  }
  if (place.open_end && (!out.ends_with('*') || out.ends_with("\\*"))) out += '*';
  return out;
}

std::string regex(const TextPattern& pattern, PatternPlace place) {
  std::string out = place.open_begin ? "" : "^";
  for (const auto& [kind, c] : pattern.pieces) {
    if (kind == Kind::any) {
      out += "[\\s\\S]*";
    } else if (kind == Kind::one) {
      out += "[\\s\\S]";
    } else if (kind == Kind::dash) {
      out += "[-/–—―]";
    } else if (c == '\n') {
      out += "\\n";
    } else {
      if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out + (place.open_end ? "" : "$");
}

}  // namespace

TextPattern TextPattern::literal(std::string_view text) {
  TextPattern out;
  for (const char c : text) out.pieces.push_back({Kind::literal, c});
  return out;
}

TextPattern TextPattern::sigma(std::string_view text) {
  TextPattern out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '*' || next == '?' || next == '\\'))
      out.pieces.push_back({Kind::literal, text[++i]});
    else if (text[i] == '*')
      out.pieces.push_back({Kind::any});
    else if (text[i] == '?')
      out.pieces.push_back({Kind::one});
    else
      out.pieces.push_back({Kind::literal, text[i]});
  }
  return out;
}

void TextPattern::loosen_dashes() {
  const auto word = [&](std::size_t i) {
    return i < pieces.size() && pieces[i].kind == Kind::literal && is_word(pieces[i].c);
  };
  for (std::size_t i = 0; i < pieces.size(); ++i)
    if (pieces[i].kind == Kind::literal && (pieces[i].c == '-' || pieces[i].c == '/') && (i == 0 || !word(i - 1)) &&
        word(i + 1))
      pieces[i].kind = Kind::dash;
}

bool TextPattern::plain() const {
  for (const Piece& piece : pieces)
    if (piece.kind != Kind::literal) return false;
  return true;
}
std::string TextPattern::text() const {
  std::string out;
  for (const Piece& piece : pieces) out += piece.c;
  return out;
}

Predicate match_pattern(const FieldRef& field, const TextPattern& pattern, PatternPlace place) {
  const bool raw = field.kind == FieldRef::Kind::raw;
  if (raw) place.open_begin = place.open_end = true;
  bool dashes = false;
  for (const auto& piece : pattern.pieces) dashes |= piece.kind == Kind::dash;
  const bool closed = !place.open_begin && !place.open_end && pattern.plain();
  if (!dashes && place.ignore_case) {
    if (raw && pattern.plain()) return {.field = field, .op = Op::contains, .values = {literal(pattern.text(), true)}};
    if (closed && literal(pattern.text(), true).numeric)
      return {.field = field, .op = Op::equals, .values = {literal(pattern.text(), true)}};
    if (!closed) {
      const std::string text = glob(pattern, place);
      if (text == "*") return {.field = field, .op = Op::exists};
      return {.field = field, .op = Op::wildcard, .values = {literal(text, true)}};
    }
  }
  if (!dashes && closed)
    if (const std::string text = pattern.text(); !place.ignore_case && !text.empty())
      return {.field = field, .op = Op::exact, .values = {literal(text, false)}, .ignore_case = false};
  return {.field = field, .op = Op::regex, .pattern = regex(pattern, place), .ignore_case = place.ignore_case};
}

}  // namespace longshore::rules
