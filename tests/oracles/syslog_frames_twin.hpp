// Framing of a whole stream at once, by cutting strings: what shipper/framing must find in pieces.
#pragma once

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

inline std::vector<TwinFrame> syslog_frames_twin(std::string_view stream, std::size_t max_message) {
  const auto without_end = [](std::string_view text) {
    return text.substr(0, text.find_last_not_of(std::string_view("\r\n\0", 3)) + 1);
  };
  std::vector<TwinFrame> frames;
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
    } else {
      const std::string_view line = stream.substr(0, stream.find('\n'));
      truncated = line.size() > max_message + 1 || without_end(line).size() > max_message;
      text = without_end(truncated ? line.substr(0, max_message) : line);
      stream.remove_prefix(std::min(line.size() + 1, stream.size()));
    }
    if (!text.empty()) frames.push_back({std::string(text), truncated});
  }
  return frames;
}

}  // namespace longshore::shipper
