// Any stream, with any limit, cut anywhere by the network: the framer finds what its slow twin finds in the whole, and never
// holds more than a message. The first byte is the limit, the second says where the stream is cut.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/framing/syslog_framer.hpp"
#include "tests/oracles/syslog_frames_twin.hpp"

namespace {

using namespace longshore::shipper;

constexpr std::size_t kLongestHeader = 15;  // and a CR

std::vector<TwinFrame> frames_of(std::string_view stream, std::size_t max_message, std::size_t step) {
  SyslogFramer framer(max_message);
  std::vector<TwinFrame> frames;
  for (std::size_t size = step; !stream.empty(); size = 1 + size * 7 % (step + 3)) {
    const std::string_view bytes = stream.substr(0, size);
    stream.remove_prefix(bytes.size());
    Arena arena(framer.held() + bytes.size());  // no spare room: a step past the end is seen
    framer.begin(arena);
    arena.append(bytes);
    framer.feed(arena, {0, static_cast<std::uint32_t>(arena.size())},
                [&](Slice frame, bool truncated) { frames.push_back({std::string(arena.view(frame)), truncated}); });
    if (framer.held() > max_message + kLongestHeader) std::abort();
  }
  Arena arena(framer.held());
  framer.finish(arena, [&](Slice frame, bool truncated) { frames.push_back({std::string(arena.view(frame)), truncated}); });
  return frames;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::size_t max_message = 1 + data[0], step = 1 + data[1];
  const auto twin = syslog_frames_twin(stream, max_message);
  if (frames_of(stream, max_message, step) != twin || frames_of(stream, max_message, SIZE_MAX / 16) != twin) std::abort();
  return 0;
}
