// Rules, and perhaps those that they are to replace, over archived lines in the time of the lines. One thread reads, others
// decide, each for a share of the rules. Blocks until it is done.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rules/file/rule_file.hpp"
#include "rules/lines/input_format.hpp"
#include "rules/trial/backtest_report.hpp"

namespace longshore::rules {

struct BacktestOptions {
  std::vector<std::string> files;  // "-": standard input
  InputFormat format = InputFormat::detect;
  unsigned threads = 1;                                                        // that decide
  std::function<void(std::uint64_t lines, base::Timestamp at)> progress = {};  // now and then
};

// Both sets are without problems.
BacktestReport backtest(RuleSet now, std::optional<RuleSet> before, const BacktestOptions& options);

}  // namespace longshore::rules
