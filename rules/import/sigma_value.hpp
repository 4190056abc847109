// A field of a Sigma selection with its modifiers and values (Sigma specification 2.1, appendix on modifiers) as a query.
// Pure.
#pragma once

#include <expected>
#include <string>

#include "common/config/node.hpp"
#include "rules/query/ast.hpp"

namespace longshore::rules {

// `key`: "Image|endswith|all"; without a field ("|contains", or empty): looked for in the raw frame. Unexpected: what cannot
// be said in our language.
std::expected<Node, std::string> sigma_field(const std::string& key, const config::Node& value);

// The field of our events that a field of Sigma's stands for. Unexpected: its name cannot be written.
std::expected<FieldRef, std::string> sigma_field_ref(const std::string& name);

}  // namespace longshore::rules
