// Tells in one pass over a text which of many short words are in it, in either case, and whether it has a run of digits as
// long as a card number. Nearly every line has neither; this is what makes the dear patterns cheap.
//
// The way of Hyperscan's "Teddy": three bytes in a row are looked up at once, 16 places at a time, in tables of nibbles; a
// hit is then compared in full.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::shipper {

class Needles {
 public:
  // `words`: lower case, at least three bytes each.
  Needles(std::vector<std::string> words, bool digits);

  struct Found {
    std::vector<int> words;  // ascending indexes
    bool digits = false;     // 13 digits or more, perhaps with single blanks or dashes between them
    bool empty() const { return words.empty() && !digits; }
  };
  // `out` is emptied first.
  void find(std::string_view text, Found& out) const;

 private:
  static constexpr std::size_t kPrint = 3;          // bytes that are looked up
  static constexpr std::uint8_t kDigits = 1U << 7;  // the bucket of digits; words share the other seven
  using Nibbles = std::array<std::uint8_t, 16>;     // nibble -> buckets

  void teach(std::size_t position, unsigned char byte, std::uint8_t bucket);
  void verify(std::string_view text, std::size_t place, std::uint8_t buckets, std::size_t& digits_until, Found& out) const;
  std::uint8_t buckets_at(const char* place) const;

  std::vector<std::string> words_;
  std::array<std::vector<int>, 7> in_bucket_;
  std::array<Nibbles, kPrint> low_{}, high_{};
};

}  // namespace longshore::shipper
