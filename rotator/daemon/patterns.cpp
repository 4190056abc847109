#include "rotator/daemon/patterns.hpp"

#include <fnmatch.h>

#include <algorithm>

namespace longshore::rotator {
namespace {

constexpr std::size_t kMost = 1000;

void expand(const std::string& pattern, std::size_t from, std::vector<std::string>& into) {
  const std::size_t open = pattern.find('{', from);
  if (open == pattern.npos || into.size() >= kMost) {
    if (into.size() < kMost) into.push_back(pattern);
    return;
  }
  std::vector<std::string> choices;
  std::size_t begin = open + 1, close = pattern.npos;
  int depth = 0;
  for (std::size_t at = open; at < pattern.size() && close == pattern.npos; ++at) {
    if (pattern[at] == '{') ++depth;
    if (pattern[at] == ',' && depth == 1) {
      choices.push_back(pattern.substr(begin, at - begin));
      begin = at + 1;
    }
    if (pattern[at] == '}' && --depth == 0) {
      choices.push_back(pattern.substr(begin, at - begin));
      close = at;
    }
  }
  if (close == pattern.npos || choices.size() < 2) return expand(pattern, open + 1, into);
  for (const std::string& choice : choices) expand(pattern.substr(0, open) + choice + pattern.substr(close + 1), open, into);
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view pattern) {
  std::vector<std::string> all;
  expand(std::string(pattern), 0, all);
  return all;
}

FolderAndName split_pattern(std::string_view pattern) {
  const std::size_t slash = pattern.rfind('/');
  if (slash == pattern.npos) return {".", std::string(pattern)};
  return {slash == 0 ? "/" : std::string(pattern.substr(0, slash)), std::string(pattern.substr(slash + 1))};
}

std::vector<std::string> components_of(std::string_view path) {
  std::vector<std::string> all;
  while (!path.empty()) {
    const std::string_view one = path.substr(0, path.find('/'));
    if (!one.empty()) all.emplace_back(one);
    path.remove_prefix(std::min(one.size() + 1, path.size()));
  }
  return all;
}

bool matches_path(std::string_view pattern, std::string_view path) {
  const auto wanted = components_of(pattern), given = components_of(path);
  // Of several `**` only the last one has to be tried again with more.
  std::size_t at = 0, star = wanted.size(), star_takes = 0;
  for (std::size_t i = 0; i < given.size();) {
    if (at < wanted.size() && wanted[at] == "**") {
      star = at++;
      star_takes = i;
    } else if (at < wanted.size() && ::fnmatch(wanted[at].c_str(), given[i].c_str(), FNM_PERIOD) == 0) {
      ++at;
      ++i;
    } else if (star < wanted.size()) {
      at = star + 1;
      i = ++star_takes;
    } else {
      return false;
    }
  }
  while (at < wanted.size() && wanted[at] == "**") ++at;
  return at == wanted.size();
}

bool has_wildcard(std::string_view pattern) { return pattern.find_first_of("*?[") != pattern.npos; }

}  // namespace longshore::rotator
