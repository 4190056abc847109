#include "rules/file/comparison.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace longshore::rules {

std::expected<NumberComparison, std::string> parse_comparison(std::string_view text, std::string_view unit) {
  const auto wrong = [&](std::string_view what) {
    return std::unexpected(fmt::format("\"{}\" {}, e.g. \">= 5{}\"", text, what, unit));
  };
  std::string_view rest = text;
  const auto skip = [&] {
    while (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  };
  skip();
  NumberComparison out;
  if (rest.empty() || (rest[0] != '<' && rest[0] != '>')) return wrong("needs a comparison");
  const bool equal = rest.substr(1, 1) == "=";
  out.comparison =
      rest[0] == '>' ? (equal ? Comparison::at_least : Comparison::more) : (equal ? Comparison::at_most : Comparison::less);
  rest.remove_prefix(equal ? 2 : 1);
  skip();
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out.number, std::chars_format::fixed);
  if (error != std::errc{} || !(out.number >= 0) || !std::isfinite(out.number))
    return wrong("is not a comparison with a number");
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  skip();
  if (rest != unit) return wrong(unit.empty() ? "has something behind the number" : fmt::format("needs the unit {}", unit));
  return out;
}

}  // namespace longshore::rules
