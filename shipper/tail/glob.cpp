#include "shipper/tail/glob.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

constexpr std::size_t kMostExpanded = 1000;

std::string_view first_part(std::string_view path) { return path.substr(0, path.find('/')); }
std::string_view behind_first(std::string_view path) {
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
}

// "[a-c]" at the pattern's beginning against one character; `size` is what it takes of the pattern, 0 if it is not closed.
bool class_matches(std::string_view pattern, char c, std::size_t& size) {
  const std::size_t close = pattern.find(']', 2);
  size = close == std::string_view::npos ? 0 : close + 1;
  if (size == 0) return pattern[0] == c;
  const bool negated = pattern[1] == '!' || pattern[1] == '^';
  bool found = false;
  for (std::size_t i = negated ? 2 : 1; i < close; ++i) {
    if (i + 2 < close && pattern[i + 1] == '-') {
      found = found || (pattern[i] <= c && c <= pattern[i + 2]);
      i += 2;
    } else {
      found = found || pattern[i] == c;
    }
  }
  return found != negated;
}

// One name, without slashes. Iterative: no pattern costs more than size × size.
bool name_matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
  while (n < name.size()) {
    std::size_t taken = 1;
    const bool one = p < pattern.size() && pattern[p] != '*' &&
                     (pattern[p] == '?' ||
                      (pattern[p] == '[' ? class_matches(pattern.substr(p), name[n], taken) : pattern[p] == name[n]));
    if (one) {
      p += taken == 0 ? 1 : taken;
      ++n;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

// `below`: true if `path` is a folder and the question is whether something in it may match.
bool matches(std::string_view pattern, std::string_view path, bool below) {
  while (!pattern.empty()) {
    const std::string_view part = first_part(pattern);
    if (part == "**") {
      if (below) return true;
      const std::string_view rest = behind_first(pattern);
      for (;; path = behind_first(path)) {
        if (matches(rest, path, false)) return true;
        if (path.find('/') == std::string_view::npos) return rest.empty();
      }
    }
    if (path.empty()) return below;
    if (!name_matches(part, first_part(path))) return false;
    const bool pattern_ends = pattern.find('/') == std::string_view::npos;
    const bool path_ends = path.find('/') == std::string_view::npos;
    if (pattern_ends || path_ends) return below ? path_ends && !pattern_ends : pattern_ends && path_ends;
    pattern = behind_first(pattern);
    path = behind_first(path);
  }
  return path.empty();
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view pattern) {
  std::vector<std::string> open{std::string(pattern)}, done;
  while (!open.empty() && done.size() + open.size() < kMostExpanded) {
    const std::string current = std::move(open.back());
    open.pop_back();
    const std::size_t end = current.find('}');
    const std::size_t begin = end == std::string::npos ? end : current.rfind('{', end);
    if (begin == std::string::npos) {
      done.push_back(current);
      continue;
    }
    std::string_view choices = std::string_view(current).substr(begin + 1, end - begin - 1);
    for (;;) {
      const std::size_t comma = choices.find(',');
      open.push_back(current.substr(0, begin) + std::string(choices.substr(0, comma)) + current.substr(end + 1));
      if (comma == std::string_view::npos) break;
      choices.remove_prefix(comma + 1);
    }
  }
  std::sort(done.begin(), done.end());
  return done;
}

bool glob_matches(std::string_view pattern, std::string_view path) { return matches(pattern, path, false); }

std::string glob_root(std::string_view pattern) {
  const std::size_t wild = pattern.find_first_of("*?[");
  const std::size_t slash = pattern.substr(0, wild).rfind('/');
  return slash == std::string_view::npos || slash == 0 ? "/" : std::string(pattern.substr(0, slash));
}

bool glob_may_match_below(std::string_view pattern, std::string_view folder) { return matches(pattern, folder, true); }

}  // namespace longshore::shipper
