// What a registry answers beside manifests: errors, lists and their pages (distribution's API, version 2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer {

// "https://registry.example:5000"; Docker Hub's is at another name than its images say.
std::string registry_origin(std::string_view domain, bool plain_http);

struct RegistryError {
  std::string code;     // "MANIFEST_UNKNOWN"; empty if the body tells none
  std::string message;  // the registry's words; may be empty
};
RegistryError read_registry_error(std::string_view body);  // the first of them

// The strings of one member of an object, "tags" or "repositories"; null is an empty list. Code::corrupt: there is none.
base::Result<std::vector<std::string>> read_list(std::string_view body, const char* member);

// The target of a Link header's rel="next" (RFC 8288), as path and query. nullopt: this was the last page, or the next is
// said to be elsewhere than at `origin`.
std::optional<std::string> next_page(std::string_view link, std::string_view origin);

// Of `words`, the three that are most like `word`, the most like first.
std::vector<std::string> most_like(std::string_view word, const std::vector<std::string>& words);

}  // namespace longshore::deployer
