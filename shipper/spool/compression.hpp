// zstd for blocks (RFC 8878), wrapped here and nowhere else in the spool. Each object belongs to one thread and keeps its
// working memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace longshore::shipper {

class Compressor {
 public:
  Compressor();
  ~Compressor();
  // The pieces as one frame at level 1, with its content size, into `out`; its size, or 0 if `out` does not hold it.
  std::size_t compress(std::span<const std::string_view> pieces, std::span<char> out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  // True if `frame` says of itself that it holds `size` bytes; to be asked before memory is taken for them.
  static bool fits(std::string_view frame, std::size_t size);
  // True if `frame` is one frame that fills `out` exactly; `out` is undefined otherwise.
  bool decompress(std::string_view frame, std::span<char> out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace longshore::shipper
