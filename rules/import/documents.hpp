// YAML of other tools: several documents in a file, read one by one. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/config/node.hpp"

namespace longshore::rules {

struct Document {
  config::Node root;    // a map, or null if there is a problem
  std::string problem;  // "line:column: what"
};

// Documents that are empty are left out.
std::vector<Document> read_documents(std::string_view text);

// Texts of a list, or the one that stands in its place; what is no text is left out. Null: none.
std::vector<std::string> texts_of(const config::Node* node);
// Of a member; empty if it is none.
std::string text_of(const config::Node& map, std::string_view key);

}  // namespace longshore::rules
