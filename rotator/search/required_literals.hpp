// What a line must contain to match a pattern at all: found out from RE2, which knows it of every pattern. Pure.
#pragma once

#include <re2/re2.h>

#include <string>
#include <vector>

namespace longshore::rotator {

// Sets of literals, those that are likely to be the most use first. Each set is of at most LiteralFinder::kMost literals of
// at least one byte, in lower case; a text that matches contains one of each set, its ASCII letters in either case. Empty:
// nothing of use is known.
std::vector<std::vector<std::string>> required_literals(const std::string& pattern, const RE2::Options& options);

}  // namespace longshore::rotator
