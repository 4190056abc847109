#include <charconv>
#include <cstring>
#include <string_view>

#include "tests/support/receiver/connection.hpp"

namespace longshore::receiver {
namespace {

// Octet counting or lines (RFC 6587 §3.4), as the first byte says.
class SyslogConnection final : public Connection {
 public:
  using Connection::Connection;

  bool readable() override {
    while (true) {
      if (shared_.mode.kind == Mode::Kind::stall) return true;
      if (shared_.mode.kind == Mode::Kind::reset) {
        channel_.reset_peer();
        return false;
      }
      std::size_t got = 0;
      if (!fill(size_ + kRoom, got)) return false;
      if (got == 0) return true;
      shared_.tally.wire_bytes += got;
      if (counted_ < 0) counted_ = buffer_[0] >= '1' && buffer_[0] <= '9' ? 1 : 0;
      const std::size_t used = counted_ == 1 ? take_frames() : take_lines();
      if (used == kBroken) return false;
      shared_.tally.bytes += used;
      std::memmove(buffer_.get(), buffer_.get() + used, size_ - used);
      size_ -= used;
    }
  }

 private:
  static constexpr std::size_t kRoom = 256 * 1024;
  static constexpr std::size_t kMostFrame = 64 << 20;
  static constexpr std::size_t kBroken = SIZE_MAX;

  std::size_t take_lines() {
    const std::size_t end = std::string_view(buffer_.get(), size_).rfind('\n');
    if (end == std::string_view::npos) return size_ < kMostFrame ? 0 : kBroken;
    shared_.tally.add_lines({buffer_.get(), end + 1});
    return end + 1;
  }

  std::size_t take_frames() {
    const std::string_view text(buffer_.get(), size_);
    std::size_t used = 0;
    while (true) {
      std::size_t length = 0;
      const auto [stop, error] = std::from_chars(text.data() + used, text.data() + text.size(), length);
      if (stop == text.data() + text.size()) return used;
      if (error != std::errc{} || *stop != ' ' || length > kMostFrame) return kBroken;
      const auto start = static_cast<std::size_t>(stop + 1 - text.data());
      if (text.size() - start < length) return used;
      shared_.tally.add_line(text.substr(start, length));
      used = start + length;
    }
  }

  int counted_ = -1;  // not known yet
};

}  // namespace

bool Connection::fill(std::size_t capacity, std::size_t& got) {
  if (capacity > capacity_) {
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ > 0) std::memcpy(larger.get(), buffer_.get(), size_);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  }
  if (size_ == capacity_) return false;  // a peer that sends more than it announced
  const ssize_t count = channel_.read(buffer_.get() + size_, capacity_ - size_);
  got = count > 0 ? static_cast<std::size_t>(count) : 0;
  size_ += got;
  return count != 0;
}

std::unique_ptr<Connection> make_syslog_connection(Channel channel, Shared& shared) {
  return std::make_unique<SyslogConnection>(std::move(channel), shared);
}

}  // namespace longshore::receiver
