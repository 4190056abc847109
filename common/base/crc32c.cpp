#include "common/base/crc32c.hpp"

#include <cstring>

#if defined(__SSE4_2__)
#include <nmmintrin.h>
#endif

#include <array>

namespace longshore::base {
namespace {

#if defined(__SSE4_2__)

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reflected

// The CRC register after `count` zero bytes, as 4 × 256 table look-ups: with it, independent streams can be joined.
struct ZeroShift {
  std::array<std::array<std::uint32_t, 256>, 4> table{};

  constexpr explicit ZeroShift(std::size_t count) {
    std::array<std::uint32_t, 32> matrix{};  // image of each single bit
    for (unsigned bit = 0; bit < 32; ++bit) {
      std::uint32_t value = 1U << bit;
      for (std::size_t i = 0; i < count * 8; ++i) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
      matrix[bit] = value;
    }
    for (unsigned byte = 0; byte < 4; ++byte)
      for (unsigned value = 0; value < 256; ++value) {
        std::uint32_t sum = 0;
        for (unsigned bit = 0; bit < 8; ++bit)
          if ((value >> bit & 1) != 0) sum ^= matrix[byte * 8 + bit];
        table[byte][value] = sum;
      }
  }
  std::uint32_t operator()(std::uint32_t crc) const {
    return table[0][crc & 0xFF] ^ table[1][crc >> 8 & 0xFF] ^ table[2][crc >> 16 & 0xFF] ^ table[3][crc >> 24];
  }
};

// The crc32 instruction has a latency of 3 cycles and a throughput of 1: three streams side by side fill it.
constexpr std::size_t kLane = 1024;
const ZeroShift kShift{kLane};

std::uint64_t word(const char* p) {
  std::uint64_t value = 0;
  std::memcpy(&value, p, sizeof value);
  return value;
}

std::uint32_t update(std::uint32_t crc, const char* p, std::size_t size) {
  while (size >= 3 * kLane) {
    std::uint64_t a = crc, b = 0, c = 0;
    for (std::size_t i = 0; i < kLane; i += 8) {
      a = _mm_crc32_u64(a, word(p + i));
      b = _mm_crc32_u64(b, word(p + kLane + i));
      c = _mm_crc32_u64(c, word(p + 2 * kLane + i));
    }
    crc = kShift(static_cast<std::uint32_t>(a)) ^ static_cast<std::uint32_t>(b);
    crc = kShift(crc) ^ static_cast<std::uint32_t>(c);
    p += 3 * kLane;
    size -= 3 * kLane;
  }
  std::uint64_t wide = crc;
  for (; size >= 8; p += 8, size -= 8) wide = _mm_crc32_u64(wide, word(p));
  crc = static_cast<std::uint32_t>(wide);
  for (; size > 0; ++p, --size) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(*p));
  return crc;
}

#else

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0);
    table[i] = value;
  }
  return table;
}();

std::uint32_t update(std::uint32_t crc, const char* p, std::size_t size) {
  for (; size > 0; ++p, --size) crc = (crc >> 8) ^ kTable[(crc ^ static_cast<unsigned char>(*p)) & 0xFF];
  return crc;
}

#endif

}  // namespace

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) { return ~update(~seed, bytes.data(), bytes.size()); }

}  // namespace longshore::base
