// "did you mean …?": the known word that an unknown one most likely stands for.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace longshore::config {

// By edit distance, at most a third of the word, or two letters of a short one; empty if no candidate is that near.
std::string_view nearest(std::string_view word, std::span<const std::string> candidates);

// `unknown option "nam", did you mean "name"?`, or, where nothing is near, `unknown option "x", not one of: a, b`.
std::string unknown(std::string_view what, std::string_view word, std::span<const std::string> known);

}  // namespace longshore::config
