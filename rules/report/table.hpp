// A backtest as a table of text: a row for each rule, the loudest first. Pure.
#pragma once

#include <string>

#include "rules/trial/backtest_report.hpp"

namespace longshore::rules {

std::string backtest_table(const BacktestReport& report);

// "1,234 lines from … to … (3d), 2 of them late": the same for all forms of the report.
std::string backtest_summary(const BacktestReport& report);

}  // namespace longshore::rules
