// What a line must contain to match a pattern at all: found out from RE2, which knows it of every pattern. Pure.
#pragma once

#include <re2/re2.h>

#include <string>
#include <vector>

namespace longshore::rotator {

// Literals of at least two bytes, at most LiteralFinder::kMost of them, in lower case, of which each text that matches
// contains one, its ASCII letters in either case. Empty: nothing of use is known.
std::vector<std::string> required_literals(const std::string& pattern, const RE2::Options& options);

}  // namespace longshore::rotator
