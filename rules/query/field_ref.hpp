// The fields of the query language by name: `message`, `syslog.severity`, `json.user.id`, `cap.ip` … Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rules/query/ast.hpp"

namespace longshore::rules {

// Names under `syslog.` ignore case, as Loggly's do. A name that is none of the language's own is an attribute of the event,
// unless it is so near to one that it must be a slip: nothing then, and `suggestion` has the name that was meant.
std::optional<FieldRef> parse_field(std::string_view name, std::string* suggestion = nullptr);

// The name that parse_field() reads back to the same field; empty for `text`.
std::string field_name(const FieldRef& field);

// RFC 5424 §6.2.1: 0 (emergency) to 7 (debug), by number, name or usual alias, ignoring case.
std::optional<int> severity_rank(std::string_view name);
// 0 to 23, by number or name, ignoring case.
std::optional<int> facility_number(std::string_view name);

}  // namespace longshore::rules
