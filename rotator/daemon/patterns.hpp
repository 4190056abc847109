// File patterns of a configuration, taken apart: in which folders to look, and which names to take there. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace longshore::rotator {

// "/a/{b,c}/*.log" → "/a/b/*.log", "/a/c/*.log"; nested too; at most 1,000. A brace without its other half is a letter.
std::vector<std::string> expand_braces(std::string_view pattern);

struct FolderAndName {
  std::string folder;  // may hold wildcards
  std::string name;    // may hold wildcards
};
FolderAndName split_pattern(std::string_view pattern);

bool has_wildcard(std::string_view pattern);

// Without empty ones: "/a//b*/" → "a", "b*".
std::vector<std::string> components_of(std::string_view path);
// The whole path, component by component; `**` stands for any number of them, also none.
bool matches_path(std::string_view pattern, std::string_view path);

}  // namespace longshore::rotator
