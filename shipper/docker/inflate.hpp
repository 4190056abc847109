// gzip (RFC 1952, also several members one after the other) and zlib (RFC 1950), inflated up to a hard limit. The only file
// that knows zlib. Keeps its memory between calls; one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

class Inflater {
 public:
  enum class Outcome {
    whole,
    cut,     // more than `limit` bytes: the first `limit` are there
    broken,  // not gzip or zlib, damaged, or it ends early: what came out before that is there
  };

  static bool is_gzip(std::string_view bytes) { return bytes.size() > 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b'; }
  // RFC 1950 §2.2: deflate, and a header that is a multiple of 31.
  static bool is_zlib(std::string_view bytes) {
    return bytes.size() > 2 && (bytes[0] & 0x0F) == 8 &&
           (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) % 31 == 0;
  }

  Inflater();
  ~Inflater();

  // Appends at most `limit` bytes to `out`, which must not hold `compressed`.
  Outcome inflate(std::string_view compressed, std::size_t limit, Arena& out);

 private:
  struct State;
  std::unique_ptr<State> state_;  // made at the first use: most senders compress nothing
};

}  // namespace longshore::shipper
