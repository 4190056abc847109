#include "deployer/service/interpolate.hpp"

#include <fmt/format.h>

#include <cctype>

namespace longshore::deployer::compose {
namespace {

using base::Code;
using base::Result;

constexpr std::size_t kMostText = 128 << 10;  // the kernel takes no longer argument or variable (execve(2))
constexpr int kMostLevels = 16;

bool begins_name(char c) { return c == '_' || std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool continues_name(char c) { return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0; }

class Reader {
 public:
  Reader(std::string_view text, const Lookup& variable) : text_(text), variable_(variable) {}

  // Up to the end; of an argument up to its closing brace, which is left. What is not `live` is read for its grammar alone.
  Result<std::string> read(bool argument, bool live) {
    std::string out;
    int braces = 0;  // plain ones, as in ${A:-{"x": 1}}
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (argument && c == '}' && braces == 0) return out;
      if (argument) braces += static_cast<int>(c == '{') - static_cast<int>(c == '}');
      if (c != '$') {
        out += c;
        ++at_;
        continue;
      }
      TRY(value, read_dollar(live));
      out += value;
      if (out.size() > kMostText) return base::fail(Code::invalid, "is longer than 128 KiB once variables are put in");
    }
    if (argument) return base::fail(Code::invalid, "has a ${ without its }");
    return out;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  std::string name() {
    const std::size_t first = at_;
    if (begins_name(peek()))
      while (continues_name(peek())) ++at_;
    return std::string(text_.substr(first, at_ - first));
  }
  static std::unexpected<base::Error> no_variable() {
    return base::fail(Code::invalid, "has a $ that begins no variable: write $$ for a $ itself");
  }

  Result<std::string> read_dollar(bool live) {
    ++at_;
    if (peek() == '$') {
      ++at_;
      return "$";
    }
    if (begins_name(peek())) return plain(name(), live);
    if (peek() != '{') return no_variable();
    ++at_;
    const std::string variable = name();
    if (variable.empty()) return no_variable();
    if (peek() == '}') {
      ++at_;
      return plain(variable, live);
    }
    if (++levels_ > kMostLevels)
      return base::fail(Code::invalid, fmt::format("nests variables deeper than {} levels", kMostLevels));
    auto value = read_operator(variable, live);
    --levels_;
    ++at_;  // the closing brace
    return value;
  }

  Result<std::string> read_operator(const std::string& variable, bool live) {
    const bool or_empty = peek() == ':';
    if (or_empty) ++at_;
    const char kind = peek();
    if (kind != '-' && kind != '?' && kind != '+')
      return base::fail(Code::invalid, fmt::format("has ${{{} with no }}, nor one of - :- ? :? + :+ after it", variable));
    ++at_;
    const auto value = variable_(variable);
    const bool given = value && !(or_empty && value->empty());
    TRY(argument, read(true, live && given == (kind == '+')));
    if (kind == '+' || !given) {
      if (kind == '?' && live)
        return base::fail(Code::invalid, fmt::format("variable \"{}\" is {}: {}", variable, value ? "empty" : "not set",
                                                     argument.empty() ? "it must be given" : argument));
      return kind == '+' && !given ? std::string() : argument;
    }
    return *value;
  }

  Result<std::string> plain(const std::string& variable, bool live) const {
    if (!live) return std::string();
    auto value = variable_(variable);
    if (value) return std::move(*value);
    return base::fail(Code::invalid,
                      fmt::format("variable \"{0}\" is not set: set it, or write ${{{0}-}} for an empty text", variable));
  }

  std::string_view text_;
  const Lookup& variable_;
  std::size_t at_ = 0;
  int levels_ = 0;
};

}  // namespace

Result<std::string> interpolate(std::string_view text, const Lookup& variable) {
  if (text.find('$') == std::string_view::npos) return std::string(text);
  return Reader(text, variable).read(false, true);
}

}  // namespace longshore::deployer::compose
