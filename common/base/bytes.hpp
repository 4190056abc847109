// A number of bytes, with its unit in the type: configuration says "64MiB", code says 64_MiB, and a bare number is refused.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.hpp"

namespace longshore::base {

struct Bytes {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Bytes, Bytes) = default;
};

consteval Bytes operator""_B(unsigned long long n) { return {n}; }
consteval Bytes operator""_KiB(unsigned long long n) { return {n << 10}; }
consteval Bytes operator""_MiB(unsigned long long n) { return {n << 20}; }
consteval Bytes operator""_GiB(unsigned long long n) { return {n << 30}; }

// "64MiB", "5MB", "512B"; units B, kB, MB, GB, TB (1000) and KiB, MiB, GiB, TiB (1024). Code::invalid otherwise.
Result<Bytes> parse_bytes(std::string_view text);

// For people: three significant digits and a binary unit, e.g. "1.50 MiB". Not to be parsed.
std::string format_bytes(Bytes bytes);

}  // namespace longshore::base
