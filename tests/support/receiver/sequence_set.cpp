#include "tests/support/receiver/sequence_set.hpp"

namespace longshore::receiver {

std::vector<std::pair<std::uint64_t, std::uint64_t>> SequenceSet::missing(std::uint64_t from, std::size_t most) const {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (std::uint64_t number = from; number < end_ && ranges.size() < most; ++number) {
    if (number % 64 == 0 && words_[number / 64] == ~std::uint64_t{0}) {
      number += 63;
      continue;
    }
    if (contains(number)) continue;
    std::uint64_t last = number;
    while (last + 1 < end_ && !contains(last + 1)) ++last;
    ranges.emplace_back(number, last);
    number = last;
  }
  return ranges;
}

}  // namespace longshore::receiver
