#include "shipper/sources/proxy_header.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace longshore::shipper {
namespace {

using State = ProxyHeader::State;

constexpr std::string_view kSignature("\r\n\r\n\0\r\nQUIT\n", 12);  // version 2
constexpr std::size_t kLongestText = 107;                           // version 1, with its CR LF
constexpr std::size_t kFixed = 16;                                  // version 2: signature, command, family, length

ProxyHeader parse_text(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kLongestText).find("\r\n");
  if (end == std::string_view::npos) return {bytes.size() < kLongestText ? State::incomplete : State::none};
  ProxyHeader header{State::complete, end + 2};
  std::string_view rest = bytes.substr(6, end - 6);
  if (rest.starts_with("UNKNOWN")) return header;
  if (!rest.starts_with("TCP4 ") && !rest.starts_with("TCP6 ")) return {};
  rest.remove_prefix(5);
  header.source = rest.substr(0, rest.find(' '));
  return header;
}

ProxyHeader parse_binary(std::string_view bytes) {
  if (bytes.size() < kFixed) return {State::incomplete};
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (at(12) >> 4 != 2) return {};
  const std::size_t size = kFixed + (std::size_t{at(14)} << 8 | at(15));
  if (size > 256) return {};  // addresses need 52 bytes at most; who sends longer extensions is refused
  if (bytes.size() < size) return {State::incomplete};
  ProxyHeader header{State::complete, size};
  const bool local = (at(12) & 0xF) == 0;
  char text[INET6_ADDRSTRLEN] = {};
  if (!local && at(13) >> 4 == 1 && size >= kFixed + 12)
    header.source = ::inet_ntop(AF_INET, bytes.data() + kFixed, text, sizeof text);
  else if (!local && at(13) >> 4 == 2 && size >= kFixed + 36)
    header.source = ::inet_ntop(AF_INET6, bytes.data() + kFixed, text, sizeof text);
  return header;
}

}  // namespace

ProxyHeader parse_proxy_header(std::string_view bytes) {
  const auto begins = [&](std::string_view with) { return bytes.substr(0, with.size()) == with.substr(0, bytes.size()); };
  if (begins("PROXY ")) return bytes.size() < 6 ? ProxyHeader{State::incomplete} : parse_text(bytes);
  if (begins(kSignature)) return parse_binary(bytes);
  return {};
}

}  // namespace longshore::shipper
