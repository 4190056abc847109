// Framing of a whole stream at once, by cutting strings: what shipper/framing must find in pieces.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::shipper {

struct TwinFrame {
  std::string text;
  bool truncated = false;
  friend bool operator==(const TwinFrame&, const TwinFrame&) = default;
  friend std::ostream& operator<<(std::ostream& out, const TwinFrame& frame) {
    return out << '"' << frame.text << (frame.truncated ? "\" (truncated)" : "\"");
  }
};

// Does a counted frame with a priority begin at text[at], with no digit before it?
inline bool begins_counted_twin(std::string_view text, std::size_t at) {
  const auto digits = [&text](std::size_t from) {
    return std::min(text.find_first_not_of("0123456789", from), text.size()) - from;
  };
  const std::size_t count = digits(at);
  if (count < 1 || count > 8 || text[at] == '0' || (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9')) return false;
  if (text.substr(at + count, 2) != " <" || std::stoul(std::string(text.substr(at, count))) > 64u << 20) return false;
  const std::size_t priority = digits(at + count + 2);
  return priority >= 1 && priority <= 3 && text.substr(at + count + 2 + priority).starts_with('>');
}

inline std::vector<TwinFrame> syslog_frames_twin(std::string_view stream, std::size_t max_message) {
  const auto without_end = [](std::string_view text) {
    return text.substr(0, text.find_last_not_of(std::string_view("\r\n\0", 3)) + 1);
  };
  std::vector<TwinFrame> frames;
  bool counts = false;  // the sender does
  while (!stream.empty()) {
    const std::string_view digits = stream.substr(0, stream.find_first_not_of("0123456789"));
    std::string_view text;
    bool truncated = false;
    if (!digits.empty() && digits.size() <= 8 && digits[0] != '0' && stream.substr(digits.size()).starts_with(" <") &&
        std::stoul(std::string(digits)) <= 64u << 20) {
      const std::size_t count = std::stoul(std::string(digits));
      stream.remove_prefix(digits.size() + 1);
      text = without_end(stream.substr(0, count).substr(0, max_message));
      truncated = count > max_message || count > stream.size();
      stream.remove_prefix(std::min(count, stream.size()));
      counts = true;
    } else {
      std::string_view line = stream.substr(0, stream.find('\n'));
      std::size_t line_end = 1;
      if (!stream.starts_with('<') && counts) {  // the rest of a message that was counted wrongly
        std::size_t next = 1;
        while (next < line.size() && !begins_counted_twin(line, next)) ++next;
        if (next < line.size()) {
          line = line.substr(0, next);
          truncated = true;
          line_end = 0;
        }
      } else {
        counts = false;
      }
      const bool oversize = line.size() > max_message + 1 || without_end(line).size() > max_message;
      truncated = truncated || oversize;
      text = without_end(oversize ? line.substr(0, max_message) : line);
      stream.remove_prefix(std::min(line.size() + line_end, stream.size()));
    }
    if (!text.empty()) frames.push_back({std::string(text), truncated});
  }
  return frames;
}

}  // namespace longshore::shipper
