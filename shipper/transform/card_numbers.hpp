// Payment card numbers in text (ISO/IEC 7812): 13 to 19 digits, written together or in groups of 3 to 6 with a blank or a
// dash between them, beginning with a digit that cards begin with, and right by Luhn's check. Timestamps and most ids are
// not.
#pragma once

#include <string_view>
#include <vector>

#include "shipper/transform/pattern_set.hpp"

namespace longshore::shipper {

// Appends what it finds, as pattern number `pattern`.
void find_card_numbers(std::string_view text, int pattern, std::vector<Match>& out);

}  // namespace longshore::shipper
