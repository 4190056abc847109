#include "health/decision/wish.hpp"

#include <fmt/format.h>

#include <array>

namespace longshore::health {

std::string write_wish(const Wish& wish) {
  return fmt::format("{} {} {}\n", wish.out ? "out" : "in", base::format_rfc3339(wish.since, 0), wish.by);
}

base::Result<Wish> read_wish(std::string_view text) {
  const auto wrong = base::fail(base::Code::corrupt, "it is no line as \"out 2026-11-27T14:00:00Z SIGUSR1\"");
  if (!text.ends_with('\n')) return wrong;
  text.remove_suffix(1);
  std::array<std::string_view, 3> words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::size_t end = i + 1 < words.size() ? text.find(' ') : text.size();
    if (end == std::string_view::npos || end == 0) return wrong;
    words[i] = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto since = base::parse_rfc3339(words[1]);
  if ((words[0] != "out" && words[0] != "in") || !since || words[2].find_first_of(" \n") != std::string_view::npos)
    return wrong;
  return Wish{words[0] == "out", *since, std::string(words[2])};
}

}  // namespace longshore::health
