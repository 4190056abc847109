#include "common/base/ip_network.hpp"

#include <gtest/gtest.h>

namespace longshore::base {
namespace {

bool contains(std::string_view network, std::string_view address) {
  const auto net = parse_ip_network(network);
  const auto ip = parse_ip_address(address);
  EXPECT_TRUE(net) << network;
  EXPECT_TRUE(ip) << address;
  return net && ip && net->contains(*ip);
}

TEST(IpNetwork, HoldsWhatSharesItsPrefix) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(contains("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(contains("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(contains("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(contains("::/0", "203.0.113.9"));
}

TEST(IpNetwork, AnAddressAloneIsItself) {
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(contains("192.0.2.7", "::ffff:192.0.2.7"));
}

TEST(IpNetwork, AllElseIsRefused) {
  for (const char* text : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.256", "::/129", "fe80::1%eth0",
                           "a/8", "[::1]", "10.0.0.1:80", "1.2.3.4/-1"})
    EXPECT_FALSE(parse_ip_network(text)) << text;
  EXPECT_FALSE(parse_ip_address(std::string_view("10.0.0.1\0", 9)));
}

}  // namespace
}  // namespace longshore::base
