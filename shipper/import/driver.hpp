// What the readers of syslog-ng's drivers share.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "shipper/import/tree.hpp"

namespace longshore::shipper {

// The first value of an option, e.g. "514" of port(514); empty if it is not given.
std::string text_of(const Item& driver, std::string_view option);

// "option keep-alive() of tcp()" for each that is none of the known ones.
std::vector<std::string> unknown_options(const Item& driver, std::initializer_list<std::string_view> known);

// Safe in a comment and in a message: other characters than printable ASCII become '?', and 300 are enough.
std::string printable(std::string_view text);

// Absolute, and of printable ASCII without blanks.
bool is_path(std::string_view text);

}  // namespace longshore::shipper
