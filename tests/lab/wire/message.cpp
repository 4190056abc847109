#include "tests/lab/wire/message.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace longshore::lab {
namespace {

constexpr std::size_t kMost = 1 << 20;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

void read_head(std::string_view head, Message& message) {
  message = {};
  while (!head.empty()) {
    const auto end = std::min(head.find("\r\n"), head.size());
    const auto line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    if (message.start.empty()) {
      message.start = line;
    } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      message.headers.emplace_back(lower(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    }
  }
}

}  // namespace

std::string_view Message::get(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

int Message::status() const { return start.starts_with("HTTP/1.") && start.size() > 12 ? std::atoi(start.c_str() + 9) : 0; }

Stream::Got read_message(Stream& stream, Message& message, Clock::time_point deadline, int stop, bool answer, bool& begun) {
  std::size_t end;
  begun = !stream.buffer.empty();
  while ((end = stream.buffer.find("\r\n\r\n")) == std::string::npos) {
    if (stream.buffer.size() > kMost) return Stream::Got::failed;
    // between messages one may be told to stop; within one it is read to its end
    if (const auto got = stream.fill(deadline, begun ? -1 : stop); got != Stream::Got::bytes) return got;
    begun = true;
  }
  read_head(std::string_view(stream.buffer).substr(0, end), message);
  stream.buffer.erase(0, end + 4);
  const auto length = message.get("content-length");
  const bool bodiless = !answer || message.status() == 204 || message.status() / 100 == 1;
  const bool to_the_end = length.empty() && !bodiless;
  const std::size_t size = length.empty() ? 0 : std::strtoull(std::string(length).c_str(), nullptr, 10);
  if (size > kMost) return Stream::Got::failed;
  while (to_the_end || stream.buffer.size() < size) {
    const auto got = stream.fill(deadline);
    if (got == Stream::Got::end && to_the_end) break;
    if (got != Stream::Got::bytes) return got;
  }
  message.body = stream.buffer.substr(0, to_the_end ? std::string::npos : size);
  stream.buffer.erase(0, message.body.size());
  return Stream::Got::bytes;
}

}  // namespace longshore::lab
