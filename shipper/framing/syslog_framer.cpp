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

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The longest header with a priority ("12345678 <191>").
constexpr std::uint32_t kLongestHeader = kMostDigits + 6;

// Where behind p the next counted frame begins: its header, whole and with a priority, and no digit before it. Null if
// nowhere; that it is not in the first `known` bytes was found before.
const char* find_header(const char* p, std::uint32_t size, std::uint32_t known) {
  const char* const end = p + size;
  const auto find = [end](const char* from) { return static_cast<const char*>(std::memchr(from, '<', end - from)); };
  for (const char* at = find(p + (known > 4 ? known - 4 : 0)); at != nullptr; at = find(at + 1)) {
    const char* behind = at + 1;
    while (behind < end && behind - at <= 3 && is_digit(*behind)) ++behind;
    if (behind == end || *behind != '>' || behind == at + 1 || at - p < 3) continue;
    const char* begin = at - 1;  // the blank
    while (begin > p && is_digit(begin[-1])) --begin;
    if (begin > p && read_header(begin, static_cast<std::uint32_t>(end - begin)).kind == Header::counted) return begin;
  }
  return nullptr;
}

// Without the line end, which some senders count as well; without a CR or NUL that others put before it.
std::uint32_t without_line_end(const char* p, std::uint32_t size) {
  while (size > 0 && (p[size - 1] == '\n' || p[size - 1] == '\r' || p[size - 1] == '\0')) --size;
  return size;
}

}  // namespace

SyslogFramer::Cut SyslogFramer::next(const char* p, std::uint32_t size) {
  if (skip_ > 0) {
    const auto taken = static_cast<std::uint32_t>(std::min<std::uint64_t>(skip_, size));
    skip_ -= taken;
    return {.taken = taken};
  }
  if (skip_line_) return skip_line(p, size);
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
  counts_ = true;
  return {.taken = header + kept, .begin = header, .size = without_line_end(p + header, kept), .truncated = truncated};
}

SyslogFramer::Cut SyslogFramer::next_line(const char* p, std::uint32_t size) {
  const auto* const feed = static_cast<const char*>(std::memchr(p + scanned_, '\n', size - scanned_));
  const std::uint32_t length = feed != nullptr ? static_cast<std::uint32_t>(feed - p) : size;
  // After a counted frame comes another, or a line that begins as one should. All else is the rest of a message whose sender
  // counted characters for bytes, or the like: it ends where the next count is.
  const bool lost = counts_ && *p != '<';
  if (const char* const header = lost ? find_header(p, length, scanned_) : nullptr; header != nullptr) {
    scanned_ = 0;
    Cut cut = whole_line(p, static_cast<std::uint32_t>(header - p));
    cut.taken = static_cast<std::uint32_t>(header - p);
    cut.truncated = true;
    return cut;
  }
  const std::uint32_t beginning = lost ? kLongestHeader : 0;      // of a header may be at the end
  if (feed == nullptr && size <= max_message_ + 1 + beginning) {  // one more for a CR that may end it
    scanned_ = size;
    return {};
  }
  scanned_ = 0;
  skip_line_ = feed == nullptr;
  if (!lost) counts_ = false;
  Cut cut = whole_line(p, length);
  cut.taken = feed != nullptr ? length + 1 : size - beginning;
  return cut;
}

// The rest of an oversize line. Where a count may end it, the beginning of a header is left standing.
SyslogFramer::Cut SyslogFramer::skip_line(const char* p, std::uint32_t size) {
  const auto* const feed = static_cast<const char*>(std::memchr(p, '\n', size));
  const std::uint32_t length = feed != nullptr ? static_cast<std::uint32_t>(feed - p) : size;
  const char* const header = counts_ ? find_header(p, length, 0) : nullptr;
  skip_line_ = feed == nullptr && header == nullptr;
  if (header != nullptr) return {.taken = static_cast<std::uint32_t>(header - p)};
  if (feed != nullptr) return {.taken = length + 1};
  return {.taken = counts_ ? size - std::min(size, kLongestHeader) : size};
}

// What is kept may depend on the first max_message + 1 bytes only: of a longer line, no more may have been here at a time.
SyslogFramer::Cut SyslogFramer::whole_line(const char* p, std::uint32_t length) const {
  const auto seen = static_cast<std::uint32_t>(std::min<std::uint64_t>(length, max_message_ + 1));
  const bool truncated = length > seen || without_line_end(p, seen) > max_message_;
  return {.size = without_line_end(p, truncated ? static_cast<std::uint32_t>(max_message_) : seen), .truncated = truncated};
}

SyslogFramer::Cut SyslogFramer::last(const char* p, std::uint32_t size) const {
  if (skip_line_) return {};
  const Header header = read_header(p, size);
  Cut cut = whole_line(p + header.size, size - header.size);
  cut.begin = header.size;
  cut.truncated |= header.kind == Header::counted;  // it ends early: it was cut, whoever did it
  return cut;
}

}  // namespace longshore::shipper
