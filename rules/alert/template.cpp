#include "rules/alert/template.hpp"

#include <algorithm>

#include "common/base/utf8.hpp"

namespace longshore::rules {
namespace {

void append_clean(std::string& out, std::string_view value) {
  while (!value.empty()) {
    const std::size_t size = base::character_size(value);
    const auto first = static_cast<unsigned char>(value[0]);
    if (size == 0)
      out += "\xEF\xBF\xBD";
    else if (first < 0x20 || first == 0x7F)
      out += ' ';
    else
      out += value.substr(0, size);
    value.remove_prefix(std::max<std::size_t>(1, size));
  }
}

}  // namespace

std::expected<Template, TemplateProblem> Template::parse(std::string_view text) {
  Template out;
  const auto fail = [](std::size_t at, std::string what) { return std::unexpected(TemplateProblem{at, std::move(what)}); };
  const auto literal = [&](std::size_t at, std::string_view piece) {
    if (out.pieces_.empty() || out.pieces_.back().is_name) out.pieces_.push_back({"", false, at});
    out.pieces_.back().text += piece;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t brace = std::min(text.find_first_of("{}", at), text.size());
    if (brace > at) literal(at, text.substr(at, brace - at));
    at = brace;
    if (at == text.size()) break;
    if (text.substr(at, 2) == "{{" || text.substr(at, 2) == "}}") {
      literal(at, text.substr(at, 1));
      at += 2;
      continue;
    }
    if (text[at] == '}') return fail(at, "\"}\" closes nothing; to stand for itself it is written twice");
    const std::size_t end = text.find_first_of("{}", at + 1);
    if (end == std::string_view::npos || text[end] == '{')
      return fail(at, "\"{\" is not closed; to stand for itself it is written twice");
    if (end == at + 1) return fail(at, "a name is missing between { and }, e.g. {count}");
    out.pieces_.push_back({std::string(text.substr(at + 1, end - at - 1)), true, at + 1});
    at = end + 1;
  }
  return out;
}

std::string Template::fill(const Lookup& lookup, std::size_t most) const {
  constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
  std::string out;
  for (const Piece& piece : pieces_) {
    if (!piece.is_name) {
      out += piece.text;
    } else if (const auto value = lookup(piece.text)) {
      append_clean(out, std::string_view(*value).substr(0, most + 1));
    } else {
      out += '-';
    }
    if (out.size() > most) {
      out = base::cut_to_bytes(out, most - kEllipsis.size());
      return out += kEllipsis;
    }
  }
  return out;
}

}  // namespace longshore::rules
