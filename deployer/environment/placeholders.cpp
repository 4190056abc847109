#include "deployer/environment/placeholders.hpp"

#include <algorithm>
#include <vector>

#include "common/config/nearest.hpp"

namespace longshore::deployer {
namespace {

constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_";

// The word in braces at `at`, where an opening one stands; empty if there is none.
std::string_view word_at(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(kLetters, at + 1);
  return end != std::string_view::npos && text[end] == '}' ? text.substr(at + 1, end - at - 1) : std::string_view();
}

}  // namespace

std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view word = text[i] == '{' ? word_at(text, i) : std::string_view();
    const auto value = word.empty() ? values.end() : values.find(std::string(word));
    if (value == values.end()) {
      out += text[i];
      continue;
    }
    out += value->second;
    i += word.size() + 1;
  }
  return out;
}

std::string placeholder_problem(std::string_view text) {
  static const std::vector<std::string> known{"host", "address", "server", "tag", "digest", "composition"};
  for (std::size_t i = text.find('{'); i != std::string_view::npos; i = text.find('{', i + 1)) {
    const std::string word(word_at(text, i));
    if (!word.empty() && std::find(known.begin(), known.end(), word) == known.end())
      return config::unknown("placeholder", word, known);
  }
  return {};
}

}  // namespace longshore::deployer
