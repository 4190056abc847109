#include "rules/file/scalar_place.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace longshore::rules {
namespace {

using config::Place;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Walks over the value's bytes as the file writes them.
class Walk {
 public:
  Walk(std::string_view file, Place start) : file_(file), line_(start.line) {
    for (std::size_t line = 1; line < start.line && at_ < file_.size(); ++at_)
      if (file_[at_] == '\n') ++line;
    line_begin_ = at_;
    at_ += start.column - 1;
    skip_anchor();
  }

  bool lost() const { return at_ > file_.size(); }
  Place place() const { return {line_, at_ - line_begin_ + 1}; }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < file_.size() ? file_[at_ + ahead] : '\0'; }

  void quoted(std::size_t offset) {
    const char quote = peek();
    ++at_;
    while (offset > 0 && at_ < file_.size()) {
      if (at_line_end()) {
        offset -= std::min(offset, fold());
      } else if (quote == '\'' && peek() == '\'') {
        if (peek(1) != '\'') return;
        at_ += 2;
        --offset;
      } else if (quote == '"' && peek() == '"') {
        return;
      } else if (quote == '"' && peek() == '\\') {
        const std::size_t size = escape();
        offset -= std::min(offset, size);
      } else {
        ++at_;
        --offset;
      }
    }
  }
  void plain(std::size_t offset) {
    while (offset > 0 && at_ < file_.size()) {
      if (at_line_end()) {
        offset -= std::min(offset, fold());
      } else {
        ++at_;
        --offset;
      }
    }
  }
  void block(std::size_t offset) {
    std::size_t indent = 0;
    for (std::size_t ahead = 1; peek(ahead) == '+' || peek(ahead) == '-' || (peek(ahead) >= '1' && peek(ahead) <= '9');
         ++ahead)
      if (peek(ahead) >= '1' && peek(ahead) <= '9')
        indent = file_line_indent() + static_cast<std::size_t>(peek(ahead) - '0');
    next_line();
    if (indent == 0) indent = first_indent();
    for (;;) {
      const std::size_t end = std::min(file_.find('\n', at_), file_.size());
      const std::size_t size = end - at_ > indent ? end - at_ - indent : 0;
      if (offset <= size || end == file_.size()) {
        at_ += std::min(indent + offset, end - at_);
        return;
      }
      offset -= size + 1;
      next_line();
    }
  }

 private:
  // Behind `&name`, which stands before the value it names.
  void skip_anchor() {
    if (peek() != '&') return;
    while (at_ < file_.size() && !is_blank(peek()) && peek() != '\n') ++at_;
    while (is_blank(peek())) ++at_;
  }
  bool at_line_end() const {
    std::size_t ahead = at_;
    while (ahead < file_.size() && (is_blank(file_[ahead]) || file_[ahead] == '\r')) ++ahead;
    return ahead == file_.size() || file_[ahead] == '\n';
  }
  void next_line() {
    at_ = std::min(file_.find('\n', at_), file_.size() - 1) + 1;
    line_begin_ = at_;
    ++line_;
  }
  // Over a line's end and the next one's indentation; how many bytes of the value that is.
  std::size_t fold() {
    std::size_t breaks = 0;
    do {
      next_line();
      ++breaks;
    } while (at_ < file_.size() && at_line_end());
    while (is_blank(peek())) ++at_;
    return std::max<std::size_t>(breaks, 2) - 1;
  }
  // Over `\n`, `\x41`, `\u00e9` …; how many bytes of the value it is.
  std::size_t escape() {
    const char kind = peek(1);
    at_ += 2;
    if (kind == '\n') {  // an escaped line end: nothing
      --at_;
      next_line();
      while (is_blank(peek())) ++at_;
      return 0;
    }
    if (kind == 'L' || kind == 'P') return 3;  // U+2028, U+2029
    const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    if (digits == 0) return 1;
    const std::string_view text = file_.substr(std::min(at_, file_.size()), digits);
    std::uint32_t code = 0;
    std::from_chars(text.data(), text.data() + text.size(), code, 16);
    at_ += text.size();
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  std::size_t file_line_indent() const {
    const std::size_t text = file_.find_first_not_of(' ', line_begin_);
    return text == std::string_view::npos ? 0 : text - line_begin_;
  }
  std::size_t first_indent() const {
    for (std::size_t line = at_; line < file_.size(); line = std::min(file_.find('\n', line), file_.size() - 1) + 1) {
      const std::size_t text = std::min(file_.find_first_not_of(' ', line), file_.size());
      if (text < file_.size() && file_[text] != '\n') return text - line;
    }
    return 0;
  }

  std::string_view file_;
  std::size_t at_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t line_;
};

}  // namespace

Place scalar_place(std::string_view file, Place scalar, std::size_t offset) {
  Walk walk(file, scalar);
  if (walk.lost()) return scalar;
  const char first = walk.peek();
  if (first == '\'' || first == '"')
    walk.quoted(offset);
  else if (first == '|' || first == '>')
    walk.block(offset);
  else
    walk.plain(offset);
  return walk.lost() ? scalar : walk.place();
}

}  // namespace longshore::rules
