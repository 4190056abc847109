// MessagePack as Forward needs it (github.com/msgpack/msgpack, spec.md), read in place: no tree is built, nothing is
// allocated, and no length that the input claims is trusted before the bytes are there. Why not a library:
// docs/decisions/0003-own-msgpack-reader.md. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace longshore::shipper {

enum class MsgpackType : std::uint8_t { nil, boolean, integer, real, text, binary, array, map, extension, invalid };

// One value's head. For text, binary and extension `bytes` is the content; for array and map `size` is the number of
// elements (of pairs), which follow.
struct MsgpackValue {
  MsgpackType type = MsgpackType::invalid;
  bool negative = false;       // integer: `number` is its two's complement
  std::uint8_t extension = 0;  // the extension's type
  std::uint32_t size = 0;
  std::uint64_t number = 0;  // integer, boolean
  double real = 0;
  std::string_view bytes;
  bool is_text() const {
    return type == MsgpackType::text || type == MsgpackType::binary;
  }  // old senders have only one of them
};

inline constexpr std::size_t kMsgpackDepth = 32;  // arrays and maps inside one another; deeper input is refused

// Walks values one after the other.
class MsgpackReader {
 public:
  explicit MsgpackReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  // False at the end and for anything that is not there in whole; the reader is then of no more use.
  bool next(MsgpackValue& out);
  // Goes past one value with everything in it.
  bool skip();
  // Goes past what belongs to `value`, whose head was read.
  bool skip_inside(const MsgpackValue& value);
  bool at_end() const { return at_ == end_; }
  const char* position() const { return at_; }

 private:
  const char* at_;
  const char* end_;
};

// Finds where a value ends in bytes that come little by little, without going over them twice.
class MsgpackScanner {
 public:
  enum class Outcome { whole, more, broken, too_large };

  // `bytes` begins with the value, and continues what earlier calls were shown. `limit`: the bytes it may take. whole:
  // size() is its length, and the scanner starts anew. broken: it is no MessagePack, or nested too deep.
  Outcome scan(std::string_view bytes, std::size_t limit);
  std::size_t size() const { return size_; }

 private:
  std::size_t position_ = 0;  // heads up to here were read
  std::size_t depth_ = 0;
  std::array<std::uint64_t, kMsgpackDepth> open_{};  // elements that each enclosing array or map still waits for
  std::size_t size_ = 0;
};

}  // namespace longshore::shipper
