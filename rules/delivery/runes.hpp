// Text within the limits of other people's services, which count characters (Unicode code points), and as JSON strings.
// What is not UTF-8 becomes U+FFFD. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longshore::rules {

// `text` if it has at most `most` characters, else its first ones with "…" as the last. `most` is 1 or more.
std::string cut_to_runes(std::string_view text, std::size_t most);
// Appends `text` with quotes and escapes (RFC 8259 §7).
void append_json_string(std::string& out, std::string_view text);

}  // namespace longshore::rules
