// Whether RE2 takes a pattern, and what to write instead where another engine would have. Pure.
#pragma once

#include <string>
#include <string_view>

namespace longshore::rules {

// What is wrong with it; empty if nothing is.
std::string regex_problem(std::string_view pattern);

}  // namespace longshore::rules
