// WebSocket (RFC 6455): the handshake's key, and frames up to 64 KiB that are not fragmented.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/lab/wire/stream.hpp"

namespace longshore::lab {

std::string websocket_accept(std::string_view key);  // Sec-WebSocket-Accept (§1.3)

struct Frame {
  enum Kind : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };
  std::uint8_t kind = text;
  std::string payload;
};

// `mask`: clients must (§5.3), servers must not; 0 is none.
std::string frame_bytes(const Frame& frame, std::uint32_t mask);
Stream::Got read_frame(Stream& stream, Frame& frame, Clock::time_point deadline, int stop);

}  // namespace longshore::lab
