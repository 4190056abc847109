#include "tests/lab/wire/websocket.hpp"

#include <array>
#include <bit>

namespace longshore::lab {
namespace {

// SHA-1 (RFC 3174), as the handshake demands it. The service is an image FROM scratch that shall stay small.
std::array<std::uint8_t, 20> sha1(std::string text) {
  std::array<std::uint32_t, 5> h{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::uint64_t bits = text.size() * 8;
  text += '\x80';
  while (text.size() % 64 != 56) text += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(bits >> shift);
  for (std::size_t block = 0; block < text.size(); block += 64) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < 64; ++i) w[i / 4] = w[i / 4] << 8 | static_cast<std::uint8_t>(text[block + i]);
    for (std::size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    auto [a, b, c, d, e] = h;
    for (std::size_t i = 0; i < 80; ++i) {
      const std::uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                                  : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                                  : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                           : (b ^ c ^ d) + 0xCA62C1D6;
      const std::uint32_t next = std::rotl(a, 5) + mixed + e + w[i];
      e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
  }
  std::array<std::uint8_t, 20> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(h[i / 4] >> (24 - i % 4 * 8));
  return out;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto digest = sha1(std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
  std::string out;
  for (std::size_t i = 0; i < digest.size(); i += 3) {  // 20 bytes: 6 whole groups and one of two bytes
    const std::uint32_t third = i + 2 < digest.size() ? digest[i + 2] : 0;
    const std::uint32_t group = static_cast<std::uint32_t>(digest[i] << 16 | digest[i + 1] << 8) | third;
    for (int shift = 18; shift >= 0; shift -= 6) out += kDigits[group >> shift & 63];
  }
  out.back() = '=';
  return out;
}

std::string frame_bytes(const Frame& frame, std::uint32_t mask) {
  std::string out{static_cast<char>(0x80 | frame.kind)};
  const std::size_t size = frame.payload.size();
  const int masked = mask != 0 ? 0x80 : 0;
  if (size < 126) {
    out += static_cast<char>(masked | static_cast<int>(size));
  } else {
    out += {static_cast<char>(masked | 126), static_cast<char>(size >> 8), static_cast<char>(size)};
  }
  const std::array<char, 4> key{static_cast<char>(mask >> 24), static_cast<char>(mask >> 16), static_cast<char>(mask >> 8),
                                static_cast<char>(mask)};
  if (masked) out.append(key.data(), key.size());
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(frame.payload[i] ^ (masked ? key[i % 4] : 0));
  return out;
}

Stream::Got read_frame(Stream& stream, Frame& frame, Clock::time_point deadline, int stop) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(stream.buffer[at]); };
  const auto until = [&](std::size_t size) {
    auto got = Stream::Got::bytes;
    while (stream.buffer.size() < size && got == Stream::Got::bytes) got = stream.fill(deadline, stop);
    return got;
  };
  if (const auto got = until(2); got != Stream::Got::bytes) return got;
  const bool masked = byte(1) & 0x80;
  std::size_t size = byte(1) & 0x7F, head = 2;
  if ((byte(0) & 0x80) == 0 || size == 127) return Stream::Got::failed;  // fragmented, or longer than we take
  if (size == 126) {
    head = 4;
    if (const auto got = until(head); got != Stream::Got::bytes) return got;
    size = static_cast<std::size_t>(byte(2) << 8 | byte(3));
  }
  const std::size_t key = head;
  if (masked) head += 4;
  if (const auto got = until(head + size); got != Stream::Got::bytes) return got;
  frame.kind = byte(0) & 15;
  frame.payload = stream.buffer.substr(head, size);
  for (std::size_t i = 0; masked && i < size; ++i)
    frame.payload[i] = static_cast<char>(frame.payload[i] ^ stream.buffer[key + i % 4]);
  stream.buffer.erase(0, head + size);
  return Stream::Got::bytes;
}

}  // namespace longshore::lab
