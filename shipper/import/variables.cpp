#include "shipper/import/variables.hpp"

namespace longshore::shipper {
namespace {

std::string_view without_quotes(std::string_view value) {
  const bool quoted = value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::string expand_variables(std::string_view source, const Variables& variables) {
  std::string out;
  char quote = 0;  // of the string that we are in
  for (std::size_t at = 0; at < source.size() && out.size() < kLargestExpansion; ++at) {
    const char c = source[at];
    if (c == '#' && quote == 0) {
      const std::size_t end = std::min(source.find('\n', at), source.size());
      out += source.substr(at, end - at);
      at = end - 1;
    } else if (c == '`') {
      const std::size_t end = source.find('`', at + 1);
      const auto found = end == source.npos ? variables.end() : variables.find(source.substr(at + 1, end - at - 1));
      if (found == variables.end()) {
        out += c;
      } else {
        out += quote != 0 ? without_quotes(found->second) : std::string_view(found->second);
        at = end;
      }
    } else if (c == '\\' && quote == '"' && at + 1 < source.size()) {
      out += source.substr(at++, 2);
    } else {
      if (c == quote)
        quote = 0;
      else if (quote == 0 && (c == '"' || c == '\''))
        quote = c;
      out += c;
    }
  }
  return out;
}

}  // namespace longshore::shipper
