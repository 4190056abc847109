// A place in a frame that never leaves it. What it yields are slices of the arena.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "shipper/event/arena.hpp"
#include "shipper/parse/byte_scan.hpp"

namespace longshore::shipper {

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Cursor {
 public:
  Cursor(const char* arena, Slice frame) : arena_(arena), at_(arena + frame.offset), end_(at_ + frame.size) {}

  bool done() const { return at_ == end_; }
  std::uint32_t left() const { return static_cast<std::uint32_t>(end_ - at_); }
  const char* data() const { return at_; }  // left() bytes
  // The byte `ahead` of here; NUL past the end, which no grammar here asks for.
  char peek(std::uint32_t ahead = 0) const { return ahead < left() ? at_[ahead] : '\0'; }
  std::uint32_t offset() const { return static_cast<std::uint32_t>(at_ - arena_); }
  void go_back_to(std::uint32_t offset) { at_ = arena_ + offset; }

  void skip(std::uint32_t count) { at_ += std::min(count, left()); }
  bool skip_if(char c) {
    if (done() || *at_ != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (skip_if(' ')) {
    }
  }
  void skip_to(char a, char b) { at_ = find_any(at_, end_, a, b, b); }
  Slice take(ByteClass byte_class) { return take_to(skip_class(at_, end_, byte_class)); }
  Slice word() { return take_to(find_byte(at_, end_, ' ')); }  // up to the next blank or the end
  Slice rest() const { return {offset(), left()}; }
  std::string_view view(Slice slice) const { return {arena_ + slice.offset, slice.size}; }

  // A date's word ends at a blank, at Cisco's colon before one, or with the frame ("2001:db8::1" is no year, but a host).
  bool ends_word(std::uint32_t ahead) const {
    if (ahead < left() && at_[ahead] == ':') ++ahead;
    return ahead >= left() || at_[ahead] == ' ';
  }

 private:
  Slice take_to(const char* end) {
    const Slice slice{offset(), static_cast<std::uint32_t>(end - at_)};
    at_ = end;
    return slice;
  }

  const char* arena_;
  const char* at_;
  const char* end_;
};

inline void skip_byte_order_mark(Cursor& in) {
  if (in.peek() == '\xEF' && in.peek(1) == '\xBB' && in.peek(2) == '\xBF') in.skip(3);
}

}  // namespace longshore::shipper
