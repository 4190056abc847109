#include "rotator/logrotate/words.hpp"

#include <charconv>

namespace longshore::rotator {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";

template <class Number>
std::optional<Number> digits(std::string_view text, int base) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else if (c == '\\' && (next == quote || next == '\\')) {
        word += next;
        ++i;
      } else {
        word += c;
      }
    } else if (kBlanks.find(c) != std::string_view::npos) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      in_word = true;
      if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '\\') {
        if (i + 1 == text.size()) return std::nullopt;
        word += next;
        ++i;
      } else {
        word += c;
      }
    }
  }
  if (quote != 0) return std::nullopt;
  if (in_word) words.push_back(std::move(word));
  return words;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  text = trim(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  } else if (text.size() > 1 && text.starts_with('0')) {
    base = 8;
  }
  if (text.empty() || text[0] == '-') return std::nullopt;
  const auto number = digits<std::int64_t>(text, base);
  if (!number) return std::nullopt;
  return negative ? -*number : *number;
}

std::optional<std::uint32_t> parse_octal(std::string_view text) {
  if (text.empty() || text[0] == '-') return std::nullopt;
  return digits<std::uint32_t>(text, 8);
}

SizeValue parse_size(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {0, "bad size ''"};
  std::string_view number = text;
  int shift = 0;
  switch (text.back()) {
    case 'k':
    case 'K':
      shift = 10;
      break;
    case 'M':
      shift = 20;
      break;
    case 'G':
      shift = 30;
      break;
    default:
      if (text.back() < '0' || text.back() > '9') return {0, std::string("unknown unit '") + text.back() + "'"};
  }
  if (shift > 0) number.remove_suffix(1);
  const auto value = parse_number(number);
  if (!value || *value < 0 || (*value << shift) >> shift != *value || (*value << shift) < 0)
    return {0, "bad size '" + std::string(number) + "'"};
  return {static_cast<std::uint64_t>(*value) << shift, ""};
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::optional<Unquoted> unquote(std::string_view text) {
  if (!text.starts_with('"')) {
    const auto end = std::min(text.find_first_of(" \t"), text.size());
    if (end == 0) return std::nullopt;
    return Unquoted{std::string(text.substr(0, end)), text.substr(end)};
  }
  Unquoted result;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      result.rest = text.substr(i + 1);
      return result;
    }
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      result.text += text[i] == 'n' ? '\n' : text[i];
    } else {
      result.text += text[i];
    }
  }
  return std::nullopt;
}

}  // namespace longshore::rotator
