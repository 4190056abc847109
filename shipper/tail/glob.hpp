// File patterns: `*` and `?` within a name, `[ab]`, `{a,b}`, and `**` for any folders, none included. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longshore::shipper {

// "/a/{b,c}/*.log" → "/a/b/*.log", "/a/c/*.log"; at most 1,000.
std::vector<std::string> expand_braces(std::string_view pattern);

// Whole path against a pattern without braces.
bool glob_matches(std::string_view pattern, std::string_view path);

// The folder with which to begin: everything before the first part that holds a wildcard.
std::string glob_root(std::string_view pattern);
// Whether anything below `folder` could match: spares the walk of what cannot.
bool glob_may_match_below(std::string_view pattern, std::string_view folder);

}  // namespace longshore::shipper
