// All reports of a run, made from what the command line asks for.
#pragma once

#include <memory>
#include <string>

#include "common/base/clock.hpp"
#include "common/base/file_system.hpp"
#include "common/base/result.hpp"
#include "deployer/report/fan_out.hpp"

namespace longshore::deployer {

struct ReportOptions {
  std::string json = {};   // --json FILE, "-": standard output; then people's lines go to standard error
  std::string junit = {};  // --junit FILE
  std::string html = {};   // --html FILE
  std::string log = {};    // --log FILE
  bool plain = false;      // lines also where a table could be drawn
};

// Before anything is touched: a file that cannot be written is an error here (its path and the reason), not in the end.
// `files` and `clock` outlive the result.
base::Result<std::unique_ptr<FanOut>> make_reports(const ReportOptions& options, Redactor redactor, base::FileSystem& files,
                                                   const base::Clock& clock);

}  // namespace longshore::deployer
