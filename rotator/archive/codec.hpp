// How an archive is compressed: what a configuration chooses, as plain values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace longshore::rotator {

enum class Codec : std::uint8_t { none = 0, gzip = 1, zstd = 2 };  // the numbers stand in files: docs/formats/archive.md

struct Compression {
  Codec codec = Codec::zstd;
  int level = 0;  // 0: the usual one (zstd 3, gzip 6). What the codec does not have becomes the nearest that it has
};

// No frame holds more text than this: it is what is found again, checked, searched and lost to damage as a whole.
inline constexpr std::size_t kFrameSize = 1 << 20;

}  // namespace longshore::rotator
