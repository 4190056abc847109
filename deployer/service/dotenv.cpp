#include "deployer/service/dotenv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "common/base/utf8.hpp"
#include "common/config/problems.hpp"

namespace longshore::deployer::compose {
namespace {

using base::Code;
using base::Result;

constexpr std::string_view kBlank = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t first = std::min(text.find_first_not_of(kBlank), text.size());
  return text.substr(first, text.find_last_not_of(kBlank) + 1 - first);
}

bool is_name(std::string_view text) {
  const auto begins = [](unsigned char c) { return c == '_' || (c < 0x80 && std::isalpha(c) != 0); };
  return !text.empty() && begins(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [&](unsigned char c) {
           return begins(c) || (c < 0x80 && std::isdigit(c) != 0) || c == '.' || c == '-';
         });
}

// What stands in double quotes, ready to be interpolated: a $ that is meant so is doubled.
std::string without_escapes(std::string_view text) {
  constexpr std::string_view kLetters = "abfnrtv\"\\", kMeaning = "\a\b\f\n\r\t\v\"\\";
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t letter = text[i] == '\\' && i + 1 < text.size() ? kLetters.find(text[i + 1]) : std::string_view::npos;
    if (letter != std::string_view::npos)
      out += kMeaning[letter], ++i;
    else if (text.substr(i, 2) == "\\$")
      out += "$$", ++i;
    else
      out += text[i];
  }
  return out;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file, const Lookup& variable, DotenvFormat format)
      : rest_(text), problems_(file), variable_(variable), format_(format) {}

  Result<Variables> read() {
    while (!rest_.empty()) {
      const std::size_t at = line_;
      read_line();
      if (problem_) problems_.add({at, 1}, "", *std::exchange(problem_, std::nullopt));
    }
    if (problems_.count() > 0) return base::fail(Code::invalid, problems_.text());
    return std::move(variables_);
  }

 private:
  void read_line() {
    std::string_view line = take_line();
    if (!base::is_utf8(line) || line.find('\0') != std::string_view::npos) return wrong("is not text in UTF-8");
    line = trim(line);
    if (line.empty() || line[0] == '#') return;
    if (line.starts_with("export ") || line.starts_with("export\t")) line = trim(line.substr(7));
    const std::size_t end = line.find_first_of(format_ == DotenvFormat::raw ? "=" : "=:");
    const std::string name(trim(line.substr(0, end)));
    if (!is_name(name)) return wrong("is no NAME=VALUE: a name is letters, digits and \"_\", and begins with no digit");
    if (end == std::string_view::npos) return inherit(name);
    if (auto value = read_value(trim(line.substr(end + 1)))) variables_.emplace_back(name, std::move(*value));
  }

  void inherit(const std::string& name) {
    auto value = variable_(name);
    if (!value) return wrong(fmt::format("\"{}\" has no value, and is not set here: set it, or write {}=", name, name));
    variables_.emplace_back(name, std::move(*value));
  }

  std::optional<std::string> read_value(std::string_view text) {
    if (format_ == DotenvFormat::raw) return std::string(text);
    const char quote = text.empty() ? '\0' : text[0];
    if (quote == '\'' || quote == '"') return read_quoted(text.substr(1), quote);
    const std::size_t comment = text.starts_with('#') ? 0 : std::min(text.find(" #"), text.find("\t#"));
    return fill(std::string(trim(text.substr(0, comment))));
  }

  std::optional<std::string> read_quoted(std::string_view text, char quote) {
    std::string inside;
    while (true) {
      std::size_t end = 0;
      while (end < text.size() && text[end] != quote)
        end += text[end] == '\\' && quote == '"' && end + 1 < text.size() ? 2 : 1;
      inside += text.substr(0, end);
      if (end < text.size()) {
        const std::string_view behind = trim(text.substr(end + 1));
        if (!behind.empty() && behind[0] != '#') wrong("has something behind its closing quote");
        break;
      }
      if (rest_.empty()) {
        wrong(fmt::format("has a {} without its end", quote));
        break;
      }
      inside += '\n';
      text = take_line();
      if (!base::is_utf8(text)) wrong("is not text in UTF-8");
    }
    if (problem_) return std::nullopt;
    return quote == '\'' ? inside : fill(without_escapes(inside));
  }

  std::optional<std::string> fill(const std::string& text) {
    auto value = interpolate(text, [&](const std::string& name) {
      const auto above =
          std::find_if(variables_.rbegin(), variables_.rend(), [&](const auto& each) { return each.first == name; });
      return above == variables_.rend() ? variable_(name) : above->second;
    });
    if (value) return std::move(*value);
    wrong(value.error().message);
    return std::nullopt;
  }

  std::string_view take_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++line_;
    return line;
  }
  void wrong(std::string what) {
    if (!problem_) problem_ = std::move(what);
  }

  std::string_view rest_;
  std::size_t line_ = 1;
  std::optional<std::string> problem_;  // of the line at hand
  config::Problems problems_;
  const Lookup& variable_;
  DotenvFormat format_;
  Variables variables_;
};

}  // namespace

Result<Variables> read_dotenv(std::string_view text, const std::string& file, const Lookup& variable, DotenvFormat format) {
  return Reader(text, file, variable, format).read();
}

}  // namespace longshore::deployer::compose
