// One rule over time as inline SVG: how often it matched, and below it when alerts were open; of the rules before as well,
// if there are some. Colours are the page's (html.cpp). Pure.
#pragma once

#include <string>

#include "rules/trial/backtest_report.hpp"

namespace longshore::rules {

std::string timeline_svg(const BacktestReport& report, const BacktestReport::Row& row);
// Dates and times below all timelines.
std::string axis_svg(const BacktestReport& report);

// For text between tags and in quoted attributes; what is not UTF-8 becomes U+FFFD, control characters blanks.
std::string html_text(std::string_view text);

}  // namespace longshore::rules
