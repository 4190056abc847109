// The small pieces of the language: quoted words, numbers and sizes as logrotate takes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longshore::rotator {

std::string_view trim(std::string_view text);

// Words that blanks part; '…', "…" and \ as in a shell, without expansion. Nothing if a quote is not closed.
std::optional<std::vector<std::string>> split_words(std::string_view text);

// As strtol with base 0: an optional sign, 0x… or 0…; nothing but that in `text`.
std::optional<std::int64_t> parse_number(std::string_view text);

// All digits octal.
std::optional<std::uint32_t> parse_octal(std::string_view text);

struct SizeValue {
  std::uint64_t bytes = 0;
  std::string error;  // "unknown unit 'm'" or "bad size 'x'"; empty: none
};
// A number and k, K, M or G (powers of 1024), or no unit: bytes.
SizeValue parse_size(std::string_view text);

// As text in double quotes of a state file: \" \\ and \n are escaped; and back.
std::string quote(std::string_view text);
struct Unquoted {
  std::string text;
  std::string_view rest;  // behind the closing quote, or the first blank
};
// Quoted, or a word up to a blank. Nothing if a quote is not closed or there is no word.
std::optional<Unquoted> unquote(std::string_view text);

}  // namespace longshore::rotator
