// A place in a frame that never leaves it. What it yields are slices of the arena.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "shipper/event/arena.hpp"

namespace longshore::shipper {

class Cursor {
 public:
  Cursor(const char* arena, Slice frame) : arena_(arena), at_(frame.offset), end_(frame.end()) {}

  bool done() const { return at_ >= end_; }
  std::uint32_t left() const { return end_ - at_; }
  std::uint32_t offset() const { return at_; }
  void go_back_to(std::uint32_t offset) { at_ = offset; }
  const char* data() const { return arena_ + at_; }
  // The byte `ahead` of here; NUL past the end, which no grammar here asks for.
  char peek(std::uint32_t ahead = 0) const { return ahead < left() ? arena_[at_ + ahead] : '\0'; }
  void skip(std::uint32_t count) { at_ += count < left() ? count : left(); }
  bool skip_if(char c) {
    if (done() || arena_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_blanks() {
    while (at_ < end_ && arena_[at_] == ' ') ++at_;
  }
  Slice rest() const { return {at_, left()}; }
  std::string_view view(Slice slice) const { return {arena_ + slice.offset, slice.size}; }

  // A date's word ends at a blank, at Cisco's colon before one, or with the frame ("2001:db8::1" is no year, but a host).
  bool ends_word(std::uint32_t ahead) const {
    if (ahead < left() && peek(ahead) == ':') ++ahead;
    return ahead >= left() || peek(ahead) == ' ';
  }

  // Up to the next blank (not taken), or the end.
  Slice word() {
    const std::uint32_t begin = at_;
    while (at_ < end_ && arena_[at_] != ' ') ++at_;
    return {begin, at_ - begin};
  }

 private:
  const char* arena_;
  std::uint32_t at_;
  std::uint32_t end_;
};

inline void skip_byte_order_mark(Cursor& in) {
  if (in.peek() == '\xEF' && in.peek(1) == '\xBB' && in.peek(2) == '\xBF') in.skip(3);
}

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace longshore::shipper
