// A comparison with a number as rules write it: `>= 20`, `> 5%`, `<= 0.5x`. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "rules/file/rule_spec.hpp"

namespace longshore::rules {

struct NumberComparison {
  Comparison comparison = Comparison::at_least;
  double number = 0;  // 0 or more
};

// `unit`: what must stand behind the number; may be empty. What is wrong, with an example, otherwise.
std::expected<NumberComparison, std::string> parse_comparison(std::string_view text, std::string_view unit);

}  // namespace longshore::rules
