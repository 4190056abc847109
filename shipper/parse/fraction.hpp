// The part of a second, in dates of both grammars.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "shipper/parse/cursor.hpp"

namespace longshore::shipper {

// Digits, as many as there are, as nanoseconds: "5" is half a second; past the ninth nothing is added.
inline std::int64_t read_long_fraction(Cursor& in) {
  std::int64_t value = 0;
  for (std::int64_t scale = 100'000'000; is_digit(in.peek()); in.skip(1), scale /= 10) value += scale * (in.peek() - '0');
  return value;
}

// Behind a second: ".123" or ",123" as nanoseconds. Takes it, if it is there.
inline std::int64_t read_fraction(Cursor& in) {
  if (in.peek() != '.' && in.peek() != ',') return 0;
  in.skip(1);
  if (in.left() < 8) return read_long_fraction(in);
  // Up to seven digits at once: eight bytes, those behind the digits made zeros, which pairs, fours and eight are then
  // summed up from.
  static_assert(std::endian::native == std::endian::little);
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, in.data(), 8);
  std::uint64_t value = bytes ^ 0x3030303030303030;
  const std::uint64_t others = (value | (value + 0x7676767676767676)) & 0x8080808080808080;  // the lowest set bit is right
  if (others == 0) return read_long_fraction(in);
  const int bits = std::countr_zero(others) & ~7;
  value &= (std::uint64_t{1} << bits) - 1;
  value = (value * 10 + (value >> 8)) & 0x00FF00FF00FF00FF;
  value = (value * 100 + (value >> 16)) & 0x0000FFFF0000FFFF;
  value = (value * 10'000 + (value >> 32)) & 0xFFFFFFFF;
  in.skip(static_cast<std::uint32_t>(bits / 8));
  return static_cast<std::int64_t>(value * 10);
}

}  // namespace longshore::shipper
