#include "rotator/daemon/patterns.hpp"

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

bool has_wildcard(std::string_view pattern) { return pattern.find_first_of("*?[") != pattern.npos; }

}  // namespace longshore::rotator
