// Text as the inside of a JSON string (RFC 8259 §7), at memory speed: 16 bytes at a time are copied and searched at once.
// Whatever the bytes are, the result is valid: control characters are escaped, bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <cstddef>
#include <string_view>

#include "shipper/encode/output.hpp"

namespace longshore::shipper {

// Appends `text`, escaped, without quotes. `readable_end` (not before text's end) says up to where memory may be read, so
// that the last bytes need no special care; e.g. the end of the arena that holds `text`.
void append_json_text(Output& out, std::string_view text, const char* readable_end);
inline void append_json_text(Output& out, std::string_view text) { append_json_text(out, text, text.data() + text.size()); }

// The same into memory of the caller's: at least 6 bytes for each of text and 16 more. Returns the end of what was written.
char* escape_json(std::string_view text, const char* readable_end, char* out);

// How many leading bytes of `text` fit into `budget` bytes once escaped, cut between two characters.
std::size_t json_text_prefix(std::string_view text, std::size_t budget);

}  // namespace longshore::shipper
