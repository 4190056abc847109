#include "shipper/sinks/tags.hpp"

#include <algorithm>

namespace longshore::shipper {
namespace {

constexpr std::size_t kLongestTag = 64;

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

std::string loggly_tag(std::string_view tag) {
  std::string out(tag.substr(0, kLongestTag));
  for (char& c : out)
    if (!is_alphanumeric(c) && c != '-' && c != '.' && c != '_') c = '_';
  out.erase(0, std::min(out.size(), static_cast<std::size_t>(std::ranges::find_if(out, is_alphanumeric) - out.begin())));
  return out;
}

std::vector<std::string> loggly_tags(const std::vector<std::string>& sink_tags, const SourceInfo& source) {
  std::vector<std::string> tags;
  for (const auto* list : {&sink_tags, &source.tags})
    for (const std::string& raw : *list)
      if (std::string tag = loggly_tag(raw); !tag.empty() && std::ranges::find(tags, tag) == tags.end())
        tags.push_back(std::move(tag));
  return tags;
}

std::string loggly_tag_list(const std::vector<std::string>& sink_tags, const SourceInfo& source) {
  std::string list;
  for (const std::string& tag : loggly_tags(sink_tags, source)) list += (list.empty() ? "" : ",") + tag;
  return list;
}

}  // namespace longshore::shipper
