#include "shipper/docker/inflate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shipper/docker/docker_for_test.hpp"

namespace longshore::shipper {
namespace {

using Outcome = Inflater::Outcome;

TEST(Inflate, GzipAndZlibAreToldByTheirFirstBytes) {
  const std::string text = "some text, some text, some text";
  for (const int bits : {15, 31}) {
    const std::string compressed = deflated(text, bits);
    EXPECT_EQ(Inflater::is_gzip(compressed), bits == 31);
    EXPECT_EQ(Inflater::is_zlib(compressed), bits == 15);
    Inflater inflater;
    Arena out;
    EXPECT_EQ(inflater.inflate(compressed, 1000, out), Outcome::whole);
    EXPECT_EQ(out.view(), text);
  }
  EXPECT_FALSE(Inflater::is_gzip("{\"version\":\"1.1\"}"));
  EXPECT_FALSE(Inflater::is_zlib("{\"version\":\"1.1\"}"));
}

TEST(Inflate, SeveralGzipMembersAreOneText) {
  Inflater inflater;
  Arena out;
  EXPECT_EQ(inflater.inflate(deflated("one ", 31) + deflated("two", 31), 1000, out), Outcome::whole);
  EXPECT_EQ(out.view(), "one two");
}

TEST(Inflate, ABombIsCutAtTheLimitAndMemoryStaysThere) {
  const std::string bomb = deflated(std::string(16 << 20, '\0'), 31);
  Inflater inflater;
  Arena out;
  out.append("before");
  EXPECT_EQ(inflater.inflate(bomb, 100'000, out), Outcome::cut);
  EXPECT_EQ(out.size(), 6U + 100'000U);
  EXPECT_LT(out.capacity(), 300'000U);
}

TEST(Inflate, TheLimitItselfIsNotOverTheLimit) {
  Inflater inflater;
  Arena out;
  EXPECT_EQ(inflater.inflate(deflated(std::string(1000, 'x'), 15), 1000, out), Outcome::whole);
  out.clear();
  EXPECT_EQ(inflater.inflate(deflated(std::string(1001, 'x'), 15), 1000, out), Outcome::cut);
  EXPECT_EQ(out.size(), 1000U);
}

TEST(Inflate, DamagedAndUnfinishedInputIsBrokenAndTheNextOneIsFine) {
  const std::string text(5000, 'y');
  const std::string good = deflated(text, 31);
  Inflater inflater;
  Arena out;
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(inflater.inflate(good.substr(0, size), 10'000, out), Outcome::broken) << size;
  std::string damaged = good;
  damaged[damaged.size() - 6] ^= 1;  // the checksum
  EXPECT_EQ(inflater.inflate(damaged, 10'000, out), Outcome::broken);
  out.clear();
  EXPECT_EQ(inflater.inflate(good, 10'000, out), Outcome::whole);
  EXPECT_EQ(out.view(), text);
}

}  // namespace
}  // namespace longshore::shipper
