// The text of a file from its beginning on: plain, gzip or zstd, whoever made it, also several one behind the other.
// Constant memory: 256 KiB and what the codec needs, for zstd at most 128 MiB. Blocks; one thread.
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

// The descriptor stays the caller's, and lives longer. A plain file is read from byte `begin` on, up to the size that it has
// now.
base::Result<std::unique_ptr<TextStream>> open_text(int fd, Codec codec, std::uint64_t begin = 0);

// Where the text of a live log begins: behind the hole, or the NULs, that its rotation in place has left of what is in
// archives.
base::Result<std::uint64_t> find_live_text(int fd);

}  // namespace longshore::rotator
