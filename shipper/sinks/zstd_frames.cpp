#include "shipper/sinks/zstd_frames.hpp"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace longshore::shipper {
namespace {

std::uint32_t little_endian(const char* bytes, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

// The size of the frame at `at`; 0 if none begins there, or if it is not whole.
base::Result<std::uint64_t> frame_size(base::File& file, std::uint64_t at, std::uint64_t size) {
  std::array<char, 8> head{};
  TRY(got, file.read(at, head));
  if (got < head.size()) return std::uint64_t{0};
  const std::uint32_t magic = little_endian(head.data(), 4);
  if (magic >> 4 == ZSTD_MAGIC_SKIPPABLE_START >> 4) {  // §3.1.2
    const std::uint64_t whole = std::uint64_t{8} + little_endian(head.data() + 4, 4);
    return whole <= size - at ? whole : 0;
  }
  if (magic != ZSTD_MAGICNUMBER) return std::uint64_t{0};
  // §3.1.1.1: how long the header is says its first byte.
  const auto descriptor = static_cast<unsigned char>(head[4]);
  const bool single_segment = (descriptor & 0x20) != 0;
  constexpr unsigned kDictionaryBytes[] = {0, 1, 2, 4};
  constexpr unsigned kContentSizeBytes[] = {0, 2, 4, 8};
  const unsigned content_size = (descriptor >> 6) == 0 && single_segment ? 1 : kContentSizeBytes[descriptor >> 6];
  std::uint64_t end = at + 5 + (single_segment ? 0 : 1) + kDictionaryBytes[descriptor & 3] + content_size;
  while (true) {  // §3.1.1.2: blocks
    std::array<char, 3> bytes{};
    TRY(count, file.read(end, bytes));
    if (count < bytes.size()) return std::uint64_t{0};
    const std::uint32_t block = little_endian(bytes.data(), 3);
    const unsigned type = block >> 1 & 3;
    if (type == 3) return std::uint64_t{0};
    end += 3 + (type == 1 ? 1 : block >> 3);
    if (end > size) return std::uint64_t{0};
    if ((block & 1) != 0) break;
  }
  if ((descriptor & 4) != 0) end += 4;  // checksum
  return end <= size ? end - at : 0;
}

base::Result<bool> decompresses(base::File& file, std::uint64_t at, std::uint64_t size) {
  std::string frame(size, '\0');
  TRY(got, file.read(at, frame));
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  std::vector<char> scratch(ZSTD_DStreamOutSize());
  ZSTD_inBuffer in{frame.data(), got, 0};
  std::size_t left = 1;
  while (left != 0) {
    ZSTD_outBuffer out{scratch.data(), scratch.size(), 0};
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return false;
    if (in.pos == in.size && out.pos < out.size) break;
  }
  return left == 0;
}

}  // namespace

base::Result<std::uint64_t> whole_zstd_frames(base::File& file, std::uint64_t size) {
  std::uint64_t end = 0, last = 0;
  while (end < size) {
    TRY(frame, frame_size(file, end, size));
    if (frame == 0) break;
    last = end;
    end += frame;
  }
  if (end == last) return end;
  TRY(good, decompresses(file, last, end - last));
  return good ? end : last;
}

}  // namespace longshore::shipper
