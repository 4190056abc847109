// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace longshore::config {

// How many bytes the character at the start of `text`, which is not empty, has; 0 if it is none (RFC 3629 §3).
std::size_t utf8_size(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace longshore::config
