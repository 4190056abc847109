// Words of bits, one for each place of a text: where a literal begins, where a byte of a set is. 32 places are looked at at
// once. Immutable once built; any thread. Pure.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace longshore::rotator {

using PlaceBits = std::uint64_t;  // of 64 places, the first of which is the lowest bit
constexpr std::size_t kPlaces = 64;

// Whether this machine has the registers for that (AVX2). Where not, none of what follows may be called.
bool place_bits_are_fast();

// `text` of these functions is `words` * kPlaces bytes, and kBytesBehindText more that are read and mean nothing.
constexpr std::size_t kBytesBehindText = 32;

bool has_beyond_ascii(const char* text, std::size_t words);

// Where a literal begins of at most kBytesBehindText bytes.
class LiteralPlaces {
 public:
  // A byte of the text is first or-ed with its byte of `mask`, and then compared: 0x20 takes a letter in both cases.
  LiteralPlaces(std::string_view literal, std::string_view mask);
  void mark(const char* text, std::size_t words, PlaceBits* out) const;
  bool operator==(const LiteralPlaces&) const = default;

 private:
  static constexpr std::size_t kAtOnce = 3;  // letters that are compared at all places

  template <std::size_t Letters, bool Fold>
  void mark_by(const char* text, std::size_t words, PlaceBits* out) const;

  char literal_[kBytesBehindText] = {}, mask_[kBytesBehindText] = {};
  std::size_t size_, at_once_;
  std::size_t rarest_[kAtOnce] = {};  // of its letters
  bool fold_ = false;
};

// Where a byte of a set is.
class SetPlaces {
 public:
  explicit SetPlaces(const std::bitset<256>& bytes);
  void mark(const char* text, std::size_t words, PlaceBits* out) const;
  bool operator==(const SetPlaces&) const = default;

 private:
  // By the lower half of a byte: for which upper halves it is in the set, below and from 0x80 on.
  unsigned char ascii_[16] = {}, beyond_[16] = {};
};

}  // namespace longshore::rotator
