// The text of a file from its beginning on: plain, gzip or zstd, whoever made it, also several one behind the other. Plain
// files begin behind the hole that was punched at their beginning, if there is one. Constant memory: 256 KiB and what the
// codec needs, for zstd at most 128 MiB. Blocks; one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "common/base/result.hpp"
#include "rotator/archive/codec.hpp"

namespace longshore::rotator {

class TextStream {
 public:
  virtual ~TextStream() = default;
  // Fills `into` unless the text ends; how many bytes that were. An error comes behind all the text before it, and is
  // final; Code::corrupt names the byte of the file at which what could be understood ended.
  base::Result<std::size_t> read(std::span<char> into);
  virtual std::uint64_t offset() const = 0;  // in the file, of what is read next

 protected:
  // As read(), but `filled` is right also with an error.
  virtual base::Result<void> fill(std::span<char> into, std::size_t& filled) = 0;

 private:
  std::optional<base::Error> failure_;
};

// The descriptor stays the caller's, and lives longer.
base::Result<std::unique_ptr<TextStream>> open_text(int fd, Codec codec);

}  // namespace longshore::rotator
