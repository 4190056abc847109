// Text for people's eyes and for markup: what a container printed may hold anything. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/base/duration.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::deployer {

// Without terminal escapes and control characters, tabs as blanks; what is not UTF-8 becomes U+FFFD. Line feeds stay, so
// that a log line can neither move the cursor nor pretend to be one of ours.
std::string printable(std::string_view text);
// As printable, in one line: all of it, or what stands before the first line feed.
std::string one_line(std::string_view text);
std::string first_line(std::string_view text);

// As printable, with & < > " ' as entities: safe as text and in attributes of XML 1.0 (§2.2 Char) and HTML.
std::string markup(std::string_view text);

std::size_t columns(std::string_view text);                 // of a terminal; East Asian wide characters and emoji take two
std::string fit(std::string_view text, std::size_t width);  // cut with "…" to at most `width` columns
std::string pad(std::string_view text, std::size_t width);  // fit, then blanks up to `width`
std::string indent(std::string_view text, std::string_view before);  // each line; ends with a line feed unless empty

std::string clock_time(base::Timestamp time);  // "13:04:05", UTC
std::string elapsed(base::Duration duration);  // "0.4s", "12s", "3m05s", "1h02m": of constant meaning, not to be parsed
std::string last_lines(std::string_view text, std::size_t most);

}  // namespace longshore::deployer
