// One frame of text into its bytes and back: a zstd frame with its size and checksum, or a gzip member. Each is complete in
// itself. Contexts and memory are kept between calls: one object a thread, about 3 MiB with zstd's usual level. Pure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "rotator/archive/codec.hpp"

namespace longshore::rotator {

class FrameEncoder {
 public:
  explicit FrameEncoder(Compression compression);
  ~FrameEncoder();
  FrameEncoder(FrameEncoder&&) noexcept;
  FrameEncoder& operator=(FrameEncoder&&) noexcept;

  Codec codec() const { return compression_.codec; }
  // At most kFrameSize bytes. Valid until the next call; with Codec::none it is `text` itself. Code::exhausted: no memory.
  base::Result<std::string_view> encode(std::string_view text);

 private:
  struct Contexts;
  Compression compression_;
  std::unique_ptr<Contexts> contexts_;
  std::string out_;
};

class FrameDecoder {
 public:
  FrameDecoder();
  ~FrameDecoder();
  FrameDecoder(FrameDecoder&&) noexcept;
  FrameDecoder& operator=(FrameDecoder&&) noexcept;

  // `bytes` must be one whole frame that holds exactly `text_size` bytes of text and agrees with the checksum that is in it:
  // Code::corrupt otherwise. Valid until the next call.
  base::Result<std::string_view> decode(Codec codec, std::string_view bytes, std::size_t text_size);

  struct First {
    std::string_view text;  // valid until the next call
    std::size_t size = 0;   // of the frame
  };
  // The frame that `bytes` begin with, if it is whole and holds 1 to kFrameSize bytes of text. Code::corrupt otherwise.
  base::Result<First> decode_first(Codec codec, std::string_view bytes);

 private:
  base::Result<First> inflate(std::string_view bytes, std::size_t most);

  struct Contexts;
  std::unique_ptr<Contexts> contexts_;
  std::string out_;
};

}  // namespace longshore::rotator
