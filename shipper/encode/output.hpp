// The one buffer that encoders append to. Its memory is not initialised when it grows and is kept when it is cleared, so
// that a sink that recycles its bodies neither allocates nor faults pages for each request. One thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace longshore::shipper {

class Output {
 public:
  Output() = default;
  explicit Output(std::string recycled) : text_(std::move(recycled)) {
    grow(text_.capacity());
  }  // its memory, not its content

  std::size_t size() const { return size_; }
  std::size_t capacity() const { return text_.size(); }
  bool empty() const { return size_ == 0; }
  std::string_view view() const& { return {text_.data(), size_}; }
  std::string_view view() && = delete;
  void clear() { size_ = 0; }
  void truncate(std::size_t size) { size_ = size; }

  // At least `bytes` writable bytes at the end; advance(to) takes what was written. Dies with the next room() or append().
  char* room(std::size_t bytes) {
    if (text_.size() - size_ < bytes) grow(std::max(size_ + bytes, 2 * text_.size()));
    return text_.data() + size_;
  }
  void advance(const char* to) { size_ = static_cast<std::size_t>(to - text_.data()); }

  void append(std::string_view bytes) {
    char* out = room(bytes.size());
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void append(char byte) {
    *room(1) = byte;
    ++size_;
  }

  // The content as a string, by move; the buffer is empty afterwards.
  std::string take() {
    text_.resize(std::exchange(size_, 0));
    return std::exchange(text_, {});
  }

 private:
  void grow(std::size_t capacity) {
    text_.resize_and_overwrite(capacity, [](char*, std::size_t n) { return n; });
  }

  std::string text_;  // size() is the room there is; the content is the first size_ bytes
  std::size_t size_ = 0;
};

}  // namespace longshore::shipper
