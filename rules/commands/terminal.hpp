// What is printed for people: colours where a terminal shows them, and nothing in a line that could play with it.
#pragma once

#include <string>
#include <string_view>

namespace longshore::rules {

enum class Colour { red, green, yellow, dim, bold };

// Whether standard output is a terminal that wants colours (NO_COLOR is not set).
bool shows_colours();
int terminal_width();  // columns; 0: there is no terminal

// `text` in the colour, or as it is.
std::string paint(std::string_view text, Colour colour, bool colours);
// Control characters as \xNN.
std::string printable(std::string_view text);

}  // namespace longshore::rules
