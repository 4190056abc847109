#include "deployer/host/target.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

TEST(ProbeTarget, Urls) {
  const auto full = parse_target("https://[::1]:8443/a?b=c:d");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->host, "::1");
  EXPECT_EQ(full->port, 8443);
  EXPECT_EQ(full->path, "/a?b=c:d");
  EXPECT_EQ(full->url(), "https://[::1]:8443/a?b=c:d");
  EXPECT_EQ(parse_target("http://web")->port, 80);
  EXPECT_EQ(parse_target("https://web/")->port, 443);
  EXPECT_EQ(parse_target("http://127.0.0.1:8514?x")->path, "?x");
  for (const char* url : {"", "web:80", "ftp://x/", "http://", "http://:80/", "http://x:/", "http://x:0/", "http://x:99999/",
                          "http://x:8a/", "http://a b/", "http://user@x/", "http://[::1/", "http://[]/"})
    EXPECT_EQ(parse_target(url).error().code, base::Code::invalid) << url;
}

TEST(ProbeTarget, Addresses) {
  EXPECT_EQ(parse_address("127.0.0.1:5432")->port, 5432);
  EXPECT_EQ(parse_address("[::1]:1")->host, "::1");
  for (const char* text : {"", "db", "db:", ":5432", "db:x", "::1:5", "[::1]"})
    EXPECT_EQ(parse_address(text).error().code, base::Code::invalid) << text;
}

TEST(ProbeTarget, Loopback) {
  for (const char* host : {"localhost", "127.0.0.1", "127.1.2.3", "::1"}) EXPECT_TRUE(is_loopback(host)) << host;
  for (const char* host : {"", "web", "10.0.0.1", "1127.0.0.1"}) EXPECT_FALSE(is_loopback(host)) << host;
}

}  // namespace
}  // namespace longshore::deployer
