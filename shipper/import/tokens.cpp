#include "shipper/import/tokens.hpp"

#include <utility>

namespace longshore::shipper {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v,";
constexpr std::string_view kNotInWords = " \t\r\n\f\v,;(){}\"'#";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

bool Tokenizer::skip_blanks() {
  while (!at_end()) {
    const char c = peek();
    if (c == '#') {
      while (!at_end() && peek() != '\n') ++at_;
      continue;
    }
    if (!kBlanks.contains(c)) return false;
    ++at_;
    if (c != '\n') continue;
    ++line_;
    line_begins_ = true;
    if (std::exchange(in_pragma_, false)) return true;
  }
  return std::exchange(in_pragma_, false);
}

Token Tokenizer::next() {
  const std::uint32_t line_before = line_;
  if (skip_blanks()) return {Token::Kind::semicolon, {}, line_before, at_, at_};
  Token token{Token::Kind::end, {}, line_, at_, at_};
  if (at_end()) return token;
  const bool first_of_line = std::exchange(line_begins_, false);
  switch (peek()) {
    case '(':
      token.kind = Token::Kind::open_parenthesis;
      break;
    case ')':
      token.kind = Token::Kind::close_parenthesis;
      break;
    case '{':
      token.kind = Token::Kind::open_brace;
      break;
    case '}':
      token.kind = Token::Kind::close_brace;
      break;
    case ';':
      token.kind = Token::Kind::semicolon;
      break;
    case '"':
      token.kind = Token::Kind::text;
      token.text = read_double_quoted();
      break;
    case '\'':
      token.kind = Token::Kind::text;
      token.text = read_single_quoted();
      break;
    default:
      token.kind = Token::Kind::word;
      token.text = read_word();
      if (first_of_line && token.text.starts_with('@')) {
        token.kind = Token::Kind::pragma;
        in_pragma_ = true;
        if (token.text.ends_with(':')) token.text.pop_back();  // "@version: 3.38"
      }
  }
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::text && token.kind != Token::Kind::pragma) ++at_;
  token.end = at_;
  return token;
}

std::string Tokenizer::read_word() {
  const std::size_t begin = at_;
  while (!at_end() && !kNotInWords.contains(peek())) ++at_;
  return std::string(source_.substr(begin, at_ - begin));
}

std::string Tokenizer::read_single_quoted() {
  const std::size_t begin = ++at_;
  for (; !at_end() && peek() != '\''; ++at_)
    if (peek() == '\n') ++line_;
  std::string text(source_.substr(begin, at_ - begin));
  open_string_ |= at_end();
  if (!at_end()) ++at_;
  return text;
}

std::string Tokenizer::read_double_quoted() {
  std::string text;
  for (++at_; !at_end() && peek() != '"'; ++at_) {
    const char c = peek();
    if (c == '\n') ++line_;
    if (c != '\\' || at_ + 1 >= source_.size()) {
      text += c;
      continue;
    }
    ++at_;
    switch (const char escaped = peek(); escaped) {
      case 'n':
        text += '\n';
        break;
      case 't':
        text += '\t';
        break;
      case 'r':
        text += '\r';
        break;
      case 'a':
        text += '\a';
        break;
      case 'v':
        text += '\v';
        break;
      case 'x': {
        const int high = hex_digit(peek(1)), low = hex_digit(peek(2));
        if (high >= 0 && low >= 0) {
          text += static_cast<char>(high * 16 + low);
          at_ += 2;
        } else {
          text += 'x';
        }
        break;
      }
      case '\n':
        ++line_;
        break;  // the line goes on
      default:
        text += escaped;
    }
  }
  open_string_ |= at_end();
  if (!at_end()) ++at_;
  return text;
}

}  // namespace longshore::shipper
