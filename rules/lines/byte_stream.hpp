// The bytes of a file or of standard input, plain, gzip or zstd, as what they begin with tells. Constant memory. Blocks.
// One thread at a time.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "common/base/result.hpp"

namespace longshore::rules {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // At least one byte; 0: the end. An error names the file and the place in it, and is final: what came before is good.
  virtual base::Result<std::size_t> read(std::span<char> into) = 0;
};

// `path`: "-" is standard input.
base::Result<std::unique_ptr<ByteStream>> open_stream(const std::string& path);

}  // namespace longshore::rules
