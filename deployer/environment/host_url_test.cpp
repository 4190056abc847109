#include "deployer/environment/host_url.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(HostUrl, TheThreeWaysToAHost) {
  const auto ssh = parse_host_url("ssh://deploy@web1.example:2222");
  ASSERT_TRUE(ssh);
  EXPECT_EQ(ssh->scheme, HostUrl::Scheme::ssh);
  EXPECT_EQ(ssh->user, "deploy");
  EXPECT_EQ(ssh->host, "web1.example");
  EXPECT_EQ(ssh->port, 2222);
  EXPECT_EQ(parse_host_url("ssh://web1")->port, 0);
  EXPECT_EQ(parse_host_url("ssh://web1/")->host, "web1");
  EXPECT_EQ(parse_host_url("unix:///var/run/docker.sock")->path, "/var/run/docker.sock");
  const auto tls = parse_host_url("tcp+tls://[fe80::1]");
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->host, "fe80::1");
  EXPECT_EQ(tls->port, 2376);
}

TEST(HostUrl, WhatIsNone) {
  for (const char* text : {"", "web1", "ssh://", "ssh://@web1", "ssh://a b", "ssh://-l", "ssh://-l@h", "ssh://h:0",
                           "ssh://h:65536", "ssh://h:", "ssh://h:22x", "ssh://[::1", "ssh://h/path", "unix://relative",
                           "unix:///a b", "tcp://h:1", "http://h", "tcp+tls://"})
    EXPECT_FALSE(parse_host_url(text)) << text;
}

TEST(HostUrl, HostAndPort) {
  for (const char* text : {"a:1", "10.0.0.1:65535", "[::1]:80"}) EXPECT_TRUE(is_host_and_port(text)) << text;
  for (const char* text : {"a", "a:", ":1", "a:0", "::1:80", "a:1:2"}) EXPECT_FALSE(is_host_and_port(text)) << text;
}

}  // namespace
}  // namespace longshore::deployer
