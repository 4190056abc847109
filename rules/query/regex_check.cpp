#include "rules/query/regex_check.hpp"

#include <re2/re2.h>

namespace longshore::rules {

std::string regex_problem(std::string_view pattern) {
  for (const std::string_view around : {"(?=", "(?!", "(?<=", "(?<!"})
    if (pattern.find(around) != std::string_view::npos)
      return "look-around is not possible: match the other part with a query of its own, joined by AND or AND NOT";
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  const RE2 compiled(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (compiled.ok()) return {};
  for (std::size_t at = pattern.find('\\'); at != std::string_view::npos && at + 1 < pattern.size();
       at = pattern.find('\\', at + 2))
    if (pattern[at + 1] >= '1' && pattern[at + 1] <= '9') return "back references are not possible: write both parts out";
  return compiled.error();
}

}  // namespace longshore::rules
