#include "deployer/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "common/base/utf8.hpp"

namespace longshore::deployer {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The bytes of the escape sequence that `text` begins with (ECMA-48 §5.4 CSI, §8.3 OSC and others that end with ST or BEL).
std::size_t escape_size(std::string_view text) {
  if (text.size() < 2) return 1;
  std::size_t end = 2;
  if (text[1] == '[') {
    while (end < text.size() && (text[end] < 0x40 || text[end] > 0x7e)) ++end;
    return std::min(end + 1, text.size());
  }
  if (std::string_view("]PX^_").find(text[1]) == std::string_view::npos) return 2;
  while (end < text.size() && text[end] != '\a' && text[end] != '\n' && text[end] != '\x1b') ++end;
  if (end < text.size() && text[end] == '\a') return end + 1;
  return text.substr(end).starts_with("\x1b\\") ? end + 2 : end;
}

char32_t code_point(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0);
  char32_t value = byte(0) & (0x7F >> character.size());
  for (std::size_t i = 1; i < character.size(); ++i) value = value << 6 | (byte(i) & 0x3F);
  return value;
}

// Unicode's East_Asian_Width W and F, in whole blocks, and marks that combine.
std::size_t width_of(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F900 && c <= 0x1F9FF) ||
                    (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

// Calls visit(character) for each printable character or line feed of `text`.
template <class Visit>
void each_printable(std::string_view text, Visit visit) {
  while (!text.empty()) {
    const std::size_t size = base::character_size(text);
    if (size == 0) {
      visit(kReplacement);
    } else if (text[0] == '\x1b') {
      text.remove_prefix(escape_size(text));
      continue;
    } else {
      const std::string_view character = text.substr(0, size);
      const char32_t c = code_point(character);
      if (c == '\t')
        visit(std::string_view("  "));
      else if (c == '\n' || (c >= 0x20 && c < 0x7F) ||
               (c >= 0xA0 && c != 0xFFFE && c != 0xFFFF && !(c >= 0x202A && c <= 0x202E)))
        visit(character);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  each_printable(text, [&](std::string_view character) { out += character; });
  return out;
}

std::string one_line(std::string_view text) {
  std::string out;
  each_printable(text, [&](std::string_view character) {
    if (character != "\n") {
      out += character;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  });
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string first_line(std::string_view text) { return one_line(text.substr(0, text.find('\n'))); }

std::string markup(std::string_view text) {
  std::string out;
  each_printable(text, [&](std::string_view character) {
    switch (character[0]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += character;
    }
  });
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    const std::size_t size = base::character_size(text);
    sum += size == 0 ? 1 : width_of(code_point(text.substr(0, size)));
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return sum;
}

std::string fit(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::string out;
  for (std::size_t used = 0; !text.empty();) {
    const std::size_t size = std::max<std::size_t>(base::character_size(text), 1);
    used += columns(text.substr(0, size));
    if (used > width - 1) break;
    out += text.substr(0, size);
    text.remove_prefix(size);
  }
  return out += "…";
}

std::string pad(std::string_view text, std::size_t width) {
  std::string out = fit(text, width);
  return out.append(width - columns(out), ' ');
}

std::string indent(std::string_view text, std::string_view before) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    ((out += before) += text.substr(0, end)) += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string clock_time(base::Timestamp time) { return base::format_rfc3339(time, 0).substr(11, 8); }

std::string elapsed(base::Duration duration) {
  const auto tenths = std::max<std::int64_t>(0, duration.count() / 100'000'000);
  const std::int64_t seconds = tenths / 10;
  if (seconds < 10) return fmt::format("{}.{}s", seconds, tenths % 10);
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3600) return fmt::format("{}m{:02}s", seconds / 60, seconds % 60);
  return fmt::format("{}h{:02}m", seconds / 3600, seconds / 60 % 60);
}

std::string last_lines(std::string_view text, std::size_t most) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t at = text.size();
  for (std::size_t count = 0; at > 0; --at)
    if (text[at - 1] == '\n' && ++count == most) break;
  return std::string(text.substr(at));
}

}  // namespace longshore::deployer
