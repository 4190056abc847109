#include "common/config/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace longshore::config {

void Problems::add(Place place, std::string_view path, std::string_view what) {
  items_.push_back(
      {place, fmt::format("{}:{}:{}: {}{}{}", file_, place.line, place.column, path, path.empty() ? "" : ": ", what)});
}

std::string Problems::text() const {
  constexpr std::size_t kMostShown = 50;
  std::vector<Item> sorted = items_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Item& a, const Item& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  std::string out;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostShown); ++i) out += (i == 0 ? "" : "\n") + sorted[i].text;
  if (sorted.size() > kMostShown) out += fmt::format("\n{}: {} more problems", file_, sorted.size() - kMostShown);
  return out;
}

}  // namespace longshore::config
