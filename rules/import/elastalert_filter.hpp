// Filters of ElastAlert, which are queries of Elasticsearch, as queries of ours. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "common/config/node.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

// A list of filters, all of which must hold; nothing: every event. Unexpected: what has no counterpart.
std::expected<Node, std::string> elastic_filters(const config::Node* filters);

// The text of a query_string (Lucene's classic syntax).
std::expected<Node, std::string> elastic_query_string(std::string_view text);

// Of a document. Unexpected: its name cannot be written.
std::expected<FieldRef, std::string> elastic_field(std::string_view name);

}  // namespace longshore::rules
