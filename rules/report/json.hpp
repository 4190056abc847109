// A backtest as one JSON object. Pure.
#pragma once

#include <string>

#include "rules/trial/backtest_report.hpp"

namespace longshore::rules {

// Ends with a line feed.
std::string backtest_json(const BacktestReport& report);

}  // namespace longshore::rules
