// How the receiver treats the next requests: well, or badly in one of the ways that sinks must survive.
//   ok | CODE[:RETRY_AFTER] | html200 | reset | half | never | slow:MS | poison:TEXT | over:BYTES | stall
// and "*N" at the end: only the next N requests, then ok. "429:7" answers 429 with Retry-After: 7; "half" sends half an
// answer and closes; "poison" answers 400 to a body that holds TEXT; "over" 413 to a longer one; "stall" stops reading
// sockets.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace longshore::receiver {

struct Mode {
  enum class Kind { ok, status, html200, reset, half, never, slow, poison, over, stall };
  Kind kind = Kind::ok;
  int status = 200;
  int retry_after = -1;               // seconds; -1: no such header
  std::chrono::milliseconds delay{};  // slow: before the answer
  std::string needle;                 // poison
  std::size_t limit = 0;              // over
  int left = -1;                      // requests this still holds for; -1: for ever
};

std::optional<Mode> parse_mode(std::string_view text);

}  // namespace longshore::receiver
