// Which of the numbers 0, 1, 2, … have arrived, and how many came twice: the proof that no line was lost. One bit a number.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace longshore::receiver {

class SequenceSet {
 public:
  static constexpr std::uint64_t kLimit = std::uint64_t{1} << 32;  // numbers from here on are not kept: 512 MiB of bits

  // False if it was there already, or is too large to be kept.
  bool insert(std::uint64_t number) {
    const std::uint64_t word = number / 64;
    if (word >= words_.size()) {
      if (number >= kLimit) return false;
      words_.resize(word + 1 + words_.size() / 2);
    }
    const std::uint64_t bit = std::uint64_t{1} << (number % 64);
    if ((words_[word] & bit) != 0) return false;
    words_[word] |= bit;
    ++unique_;
    if (number >= end_) end_ = number + 1;
    return true;
  }

  bool contains(std::uint64_t number) const { return number < end_ && (words_[number / 64] >> (number % 64) & 1) != 0; }
  std::uint64_t unique() const { return unique_; }
  std::uint64_t end() const { return end_; }  // one past the largest
  // The first `most` ranges [first, last] below end() that have not arrived, from `from` on.
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing(std::uint64_t from, std::size_t most) const;

 private:
  std::vector<std::uint64_t> words_;
  std::uint64_t unique_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace longshore::receiver
