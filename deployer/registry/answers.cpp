#include "deployer/registry/answers.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

namespace longshore::deployer {

std::string registry_origin(std::string_view domain, bool plain_http) {
  return fmt::format("{}://{}", plain_http ? "http" : "https", domain == "docker.io" ? "registry-1.docker.io" : domain);
}

RegistryError read_registry_error(std::string_view body) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  RegistryError error;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS) return error;
  const auto first = root["errors"].at(0);
  std::string_view text;
  if (first["code"].get(text) == simdjson::SUCCESS) error.code = text;
  if (first["message"].get(text) == simdjson::SUCCESS) error.message = text;
  return error;
}

base::Result<std::vector<std::string>> read_list(std::string_view body, const char* member) {
  const auto corrupt = [&] { return base::fail(base::Code::corrupt, fmt::format("answers without a list of {}", member)); };
  simdjson::dom::parser parser;
  simdjson::dom::element root, list;
  if (parser.parse(simdjson::padded_string(body)).get(root) != simdjson::SUCCESS ||
      root[member].get(list) != simdjson::SUCCESS)
    return corrupt();
  std::vector<std::string> all;
  if (list.is_null()) return all;
  simdjson::dom::array items;
  if (list.get(items) != simdjson::SUCCESS) return corrupt();
  for (const auto item : items) {
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS) return corrupt();
    all.emplace_back(text);
  }
  return all;
}

std::optional<std::string> next_page(std::string_view link, std::string_view origin) {
  while (!link.empty()) {
    const std::size_t open = link.find('<'), close = link.find('>', open);
    if (open == link.npos || close == link.npos) return std::nullopt;
    std::string_view target = link.substr(open + 1, close - open - 1);
    link.remove_prefix(close + 1);
    const std::string_view parameters = link.substr(0, std::min(link.find(",", 0), link.size()));
    link.remove_prefix(parameters.size());
    if (!parameters.contains("rel=\"next\"") && !parameters.contains("rel=next")) continue;
    if (target.starts_with(origin)) target.remove_prefix(origin.size());
    if (!target.starts_with('/') || target.starts_with("//")) return std::nullopt;
    return std::string(target);
  }
  return std::nullopt;
}

std::vector<std::string> most_like(std::string_view word, const std::vector<std::string>& words) {
  const auto alike = [&](const std::string& other) {  // characters that they have in common at both ends
    const std::size_t shorter = std::min(word.size(), other.size());
    std::size_t front = 0, back = 0;
    while (front < shorter && word[front] == other[front]) ++front;
    while (back < shorter - front && word[word.size() - 1 - back] == other[other.size() - 1 - back]) ++back;
    return front + back;
  };
  std::vector<std::string> best = words;
  std::stable_sort(best.begin(), best.end(), [&](const auto& a, const auto& b) { return alike(a) > alike(b); });
  best.resize(std::min<std::size_t>(best.size(), 3));
  return best;
}

}  // namespace longshore::deployer
