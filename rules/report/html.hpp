// A backtest as one page that needs nothing else: no script, no font, no other file. Light and dark as the reader has it.
// Pure.
#pragma once

#include <string>

#include "rules/trial/backtest_report.hpp"

namespace longshore::rules {

std::string backtest_html(const BacktestReport& report);

}  // namespace longshore::rules
