// The reference page of a configuration, as Markdown, from its table: one table of options for the file, then one for each
// map that may stand in it. A map that may stand in several places is described once.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/config/table.hpp"

namespace longshore::config {

// `heading`: Markdown that comes first.
std::string reference(const Table& table, std::string_view heading);

// Every table that `root` reaches, itself included, each once, in the order of the page; `name`: the option it stands at,
// and its `type:`. For rules that all tables must keep.
void for_each_table(const Table& root, const std::function<void(std::string_view name, const Table& table)>& visit);

}  // namespace longshore::config
