// syslog-ng's lexical grammar: words, strings, brackets, semicolons, comments, lines that begin with @. Total: any bytes are
// some tokens, and each call takes at least one byte until the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace longshore::shipper {

struct Token {
  enum class Kind {
    word,    // a keyword, name, number or operator
    text,    // of a string, without quotes and escapes
    pragma,  // "@include"; what belongs to it follows, up to a semicolon that stands for the line's end
    open_parenthesis,
    close_parenthesis,
    open_brace,
    close_brace,
    semicolon,
    end,
  };
  Kind kind = Kind::end;
  std::string text;                // of word, text and pragma
  std::uint32_t line = 1;          // where it begins
  std::size_t begin = 0, end = 0;  // in the source
};

class Tokenizer {
 public:
  // `source` outlives the tokenizer.
  explicit Tokenizer(std::string_view source, std::uint32_t first_line = 1) : source_(source), line_(first_line) {}
  Token next();
  bool met_open_string() const { return open_string_; }  // the source ended inside a string

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0'; }
  bool at_end() const { return at_ >= source_.size(); }
  bool skip_blanks();  // and comments; true if a pragma's line ended
  std::string read_double_quoted();
  std::string read_single_quoted();
  std::string read_word();

  std::string_view source_;
  std::size_t at_ = 0;
  std::uint32_t line_;
  bool line_begins_ = true;
  bool in_pragma_ = false;
  bool open_string_ = false;
};

}  // namespace longshore::shipper
