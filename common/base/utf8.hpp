// UTF-8 as other people's services count and demand it (RFC 3629). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace longshore::base {

// The bytes of the character that `text` begins with; 0 if it begins with none. `text` is not empty.
std::size_t character_size(std::string_view text);

bool is_utf8(std::string_view text);

// Characters of `text`; each byte that belongs to none counts as one.
std::size_t count_characters(std::string_view text);

// The longest start of `text` with at most `most` bytes that ends between characters.
std::string_view cut_to_bytes(std::string_view text, std::size_t most);

// `text` if it has at most `most` characters, else its first ones with "…" as the last; what is not UTF-8 becomes U+FFFD.
// `most` is 1 or more.
std::string cut_to_characters(std::string_view text, std::size_t most);

// `text` with U+FFFD in the place of what is not UTF-8.
std::string as_utf8(std::string_view text);

// A name, or a message with names, as a terminal may get it, on one line: `\n`, `\x1b`, `\xff` stand in the place of control
// characters and of bytes that are not UTF-8.
std::string printable(std::string_view text);

// Appends `text` as a JSON string with its quotes (RFC 8259 §7); what is not UTF-8 becomes U+FFFD.
void append_json(std::string& out, std::string_view text);

}  // namespace longshore::base
