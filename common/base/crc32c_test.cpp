#include "common/base/crc32c.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace longshore::base {
namespace {

// One bit at a time, as the polynomial is defined: slow, and obviously right.
std::uint32_t twin(std::string_view bytes, std::uint32_t seed = 0) {
  std::uint32_t crc = ~seed;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0);
  }
  return ~crc;
}

std::string random_bytes(std::size_t size) {
  std::mt19937 random(size);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

TEST(Crc32c, MatchesTheVectorsOfRfc3720) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

TEST(Crc32c, MatchesItsTwinAtEverySizeAroundTheLanes) {
  for (std::size_t size = 0; size < 40; ++size) EXPECT_EQ(crc32c(random_bytes(size)), twin(random_bytes(size))) << size;
  for (const std::size_t lanes : {3072U, 6144U})
    for (std::size_t size = lanes - 9; size < lanes + 9; ++size)
      EXPECT_EQ(crc32c(random_bytes(size)), twin(random_bytes(size))) << size;
}

TEST(Crc32c, AddressesNeedNoAlignment) {
  const std::string bytes = random_bytes(4000);
  for (std::size_t from = 0; from < 9; ++from) {
    const auto part = std::string_view(bytes).substr(from);
    EXPECT_EQ(crc32c(part), twin(part)) << from;
  }
}

TEST(Crc32c, PiecesChain) {
  const std::string bytes = random_bytes(10'000);
  const auto all = std::string_view(bytes);
  for (const std::size_t cut : {0U, 1U, 7U, 3072U, 9'999U, 10'000U})
    EXPECT_EQ(crc32c(all.substr(cut), crc32c(all.substr(0, cut))), crc32c(all)) << cut;
}

}  // namespace
}  // namespace longshore::base
