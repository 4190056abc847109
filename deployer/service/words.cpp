#include "deployer/service/words.hpp"

#include <fmt/format.h>

namespace longshore::deployer::compose {

base::Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  const auto add = [&](char c) {
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < text.size();
    if (escapes && (quote == '\0' || text[i + 1] == '"' || text[i + 1] == '\\')) {
      add(text[++i]);
    } else if (quote != '\0') {
      if (c == quote)
        quote = '\0';
      else
        add(c);
    } else if (c == '\'' || c == '"') {
      quote = c;
      if (!in_word) words.emplace_back();  // "" is a word
      in_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      in_word = false;
    } else {
      add(c);
    }
  }
  if (quote != '\0') return base::fail(base::Code::invalid, fmt::format("has a {} without its end", quote));
  return words;
}

}  // namespace longshore::deployer::compose
