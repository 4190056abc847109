#include "shipper/framing/syslog_framer.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

// No sender means a message of more than 64 MiB: such a count is the beginning of a line.
constexpr std::uint64_t kLargestCount = std::uint64_t{64} << 20;
constexpr std::uint32_t kMostDigits = 8;

struct Header {
  enum Kind { counted, line, unknown } kind;
  std::uint32_t size = 0;  // digits and the blank
  std::uint64_t count = 0;
};

// A count is digits without a leading zero, one blank, and the "<" with which every syslog message begins.
Header read_header(const char* p, std::uint32_t size) {
  if (*p < '1' || *p > '9') return {Header::line};
  std::uint64_t count = 0;
  std::uint32_t i = 0;
  for (; i < size && p[i] >= '0' && p[i] <= '9'; ++i) {
    if (i == kMostDigits) return {Header::line};
    count = count * 10 + static_cast<std::uint64_t>(p[i] - '0');
  }
  if (i + 1 >= size) return {i < size && p[i] != ' ' ? Header::line : Header::unknown};
  if (p[i] != ' ' || p[i + 1] != '<' || count > kLargestCount) return {Header::line};
  return {Header::counted, i + 1, count};
}

// Without the line end that some senders count as well, or that ends a line.
std::uint32_t without_line_end(const char* p, std::uint32_t size) {
  if (size > 0 && p[size - 1] == '\n') --size;
  if (size > 0 && p[size - 1] == '\r') --size;
  return size;
}

}  // namespace

SyslogFramer::Cut SyslogFramer::next(const char* p, std::uint32_t size) {
  if (skip_ > 0) {
    const auto taken = static_cast<std::uint32_t>(std::min<std::uint64_t>(skip_, size));
    skip_ -= taken;
    return {.taken = taken};
  }
  if (skip_line_) {
    const auto* const feed = static_cast<const char*>(std::memchr(p, '\n', size));
    if (feed == nullptr) return {.taken = size};
    skip_line_ = false;
    return {.taken = static_cast<std::uint32_t>(feed - p) + 1};
  }
  if (scanned_ == 0) {
    const Header header = read_header(p, size);
    if (header.kind == Header::unknown) return {};
    if (header.kind == Header::counted) return next_counted(p, size, header.size, header.count);
  }
  return next_line(p, size);
}

SyslogFramer::Cut SyslogFramer::next_counted(const char* p, std::uint32_t size, std::uint32_t header, std::uint64_t count) {
  const bool truncated = count > max_message_;
  const auto kept = static_cast<std::uint32_t>(truncated ? max_message_ : count);
  if (size - header < kept) return {};
  if (truncated) skip_ = count - kept;
  return {.taken = header + kept, .begin = header, .size = without_line_end(p + header, kept), .truncated = truncated};
}

SyslogFramer::Cut SyslogFramer::next_line(const char* p, std::uint32_t size) {
  const auto* const feed = static_cast<const char*>(std::memchr(p + scanned_, '\n', size - scanned_));
  if (feed == nullptr && size <= max_message_ + 1) {  // one more for a CR that may end it
    scanned_ = size;
    return {};
  }
  scanned_ = 0;
  const std::uint32_t length = feed != nullptr ? static_cast<std::uint32_t>(feed - p) : size;
  const std::uint32_t taken = feed != nullptr ? length + 1 : size;
  std::uint32_t kept = feed != nullptr ? without_line_end(p, length) : length;
  skip_line_ = feed == nullptr;
  const bool truncated = kept > max_message_;
  if (truncated) kept = static_cast<std::uint32_t>(max_message_);
  return {.taken = taken, .begin = 0, .size = kept, .truncated = truncated};
}

SyslogFramer::Cut SyslogFramer::last(const char* p, std::uint32_t size) const {
  const Header header = read_header(p, size);
  const std::uint32_t begin = header.kind == Header::counted ? header.size : 0;
  const std::uint32_t whole = without_line_end(p + begin, size - begin);
  const auto kept = static_cast<std::uint32_t>(std::min<std::uint64_t>(whole, max_message_));
  // A counted frame that ends early was cut, whoever did it.
  return {.taken = size, .begin = begin, .size = kept, .truncated = kept < whole || header.kind == Header::counted};
}

}  // namespace longshore::shipper
