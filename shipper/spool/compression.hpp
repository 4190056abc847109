// zstd for blocks (RFC 8878), wrapped here and nowhere else in the spool. Each object belongs to one thread and keeps its
// working memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace longshore::shipper {

class Compressor {
 public:
  Compressor();
  ~Compressor();
  // The pieces as one frame at level 1, with its content size; valid until the next call. Empty if that is not smaller.
  std::string_view compress(std::span<const std::string_view> pieces);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::string frame_;
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
