#include "shipper/sources/proxy_header.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

using State = ProxyHeader::State;

TEST(ProxyHeader, Version1NamesTheClient) {
  const std::string_view bytes = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n<13>hello";
  const ProxyHeader header = parse_proxy_header(bytes);
  EXPECT_EQ(header.state, State::complete);
  EXPECT_EQ(header.source, "192.0.2.7");
  EXPECT_EQ(bytes.substr(header.size), "<13>hello");
  EXPECT_EQ(parse_proxy_header("PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n").source, "2001:db8::1");
  const ProxyHeader unknown = parse_proxy_header("PROXY UNKNOWN\r\nx");
  EXPECT_EQ(unknown.state, State::complete);
  EXPECT_EQ(unknown.source, "");
  EXPECT_EQ(unknown.size, 15u);
}

std::string version2(char command, char family, std::string addresses) {
  std::string bytes("\r\n\r\n\0\r\nQUIT\n", 12);
  bytes += command;
  bytes += family;
  bytes += static_cast<char>(addresses.size() >> 8);
  bytes += static_cast<char>(addresses.size() & 0xFF);
  return bytes + addresses;
}

TEST(ProxyHeader, Version2NamesTheClient) {
  const std::string v4 = version2('\x21', '\x11', std::string("\xC0\x00\x02\x07\xC6\x33\x64\x01\xDC\x04\x01\xBB", 12));
  const ProxyHeader header = parse_proxy_header(v4 + "rest");
  EXPECT_EQ(header.state, State::complete);
  EXPECT_EQ(header.source, "192.0.2.7");
  EXPECT_EQ(header.size, v4.size());
  std::string address = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\1";
  EXPECT_EQ(parse_proxy_header(version2('\x21', '\x21', address + std::string(20, '\0'))).source, "2001:db8::1");
  // A health check of the load balancer itself.
  const ProxyHeader local = parse_proxy_header(version2('\x20', '\0', ""));
  EXPECT_EQ(local.state, State::complete);
  EXPECT_EQ(local.source, "");
}

TEST(ProxyHeader, EveryBeginningIsIncompleteAndNothingElseIs) {
  for (const std::string& whole :
       {std::string("PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n"), version2('\x21', '\x11', std::string(12, 'x'))})
    for (std::size_t size = 1; size < whole.size(); ++size)
      EXPECT_EQ(parse_proxy_header(std::string_view(whole).substr(0, size)).state, State::incomplete) << size;
  EXPECT_EQ(parse_proxy_header("<13>hello").state, State::none);
  EXPECT_EQ(parse_proxy_header("PROXY SCTP x\r\n").state, State::none);
  EXPECT_EQ(parse_proxy_header("PROXY TCP4 " + std::string(200, '1')).state, State::none);
  EXPECT_EQ(parse_proxy_header(version2('\x31', '\x11', std::string(12, 'x'))).state, State::none);
  EXPECT_EQ(parse_proxy_header(version2('\x21', '\x11', std::string(1000, 'x'))).state, State::none);
}

}  // namespace
}  // namespace longshore::shipper
