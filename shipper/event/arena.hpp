// The bytes of a batch: one growing block of memory that is written to disk as it stands. Offsets into it stay valid
// when it grows or moves; pointers and views do not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace longshore::shipper {

// A place in an arena. 32 bits suffice: an arena never grows past kArenaLimit.
struct Slice {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t end() const { return offset + size; }
  bool empty() const { return size == 0; }
  friend bool operator==(Slice, Slice) = default;
};

inline constexpr std::size_t kArenaLimit = std::size_t{1} << 30;

class Arena {
 public:
  Arena() = default;
  explicit Arena(std::size_t capacity) { grow(capacity); }

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return capacity_; }
  char* data() { return data_.get(); }
  const char* data() const { return data_.get(); }
  std::string_view view() const& { return {data_.get(), size_}; }
  std::string_view view(Slice slice) const& { return {data_.get() + slice.offset, slice.size}; }
  std::string_view view() && = delete;
  std::string_view view(Slice) && = delete;
  void clear() { size_ = 0; }  // keeps the memory

  // At least `least` uninitialised bytes after the content (all the spare room is returned), to be filled in place, e.g. by
  // read(2), and then taken with commit(). The span dies with the next reserve or append.
  std::span<char> reserve(std::size_t least) {
    if (capacity_ - size_ < least) grow(size_ + least);
    return {data_.get() + size_, capacity_ - size_};
  }
  Slice commit(std::size_t count) {
    const Slice slice{static_cast<std::uint32_t>(size_), static_cast<std::uint32_t>(count)};
    size_ += count;
    return slice;
  }
  Slice append(std::string_view bytes) {
    if (bytes.empty()) return {static_cast<std::uint32_t>(size_), 0};
    std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
    return commit(bytes.size());
  }
  // Cuts the content back to `size` bytes, e.g. to take a partial frame out again.
  void truncate(std::size_t size) { size_ = size; }

 private:
  void grow(std::size_t least) {
    const std::size_t capacity = least > 2 * capacity_ ? least : 2 * capacity_;
    std::unique_ptr<char[]> larger(new char[capacity]);  // not initialised on purpose
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace longshore::shipper
