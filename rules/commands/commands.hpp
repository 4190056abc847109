// What the command line can do. Each prints, and returns the exit code of the process: 0, or as sysexits has it; `test` 1 if
// a test fails; `match` as grep: 0 something matched, 1 nothing, 2 trouble.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/duration.hpp"
#include "rules/engine/program.hpp"
#include "rules/lines/input_format.hpp"

namespace longshore::rules {

enum ExitCode { kOk = 0, kFailed = 1, kTrouble = 2, kUsage = 64, kDataError = 65, kUnavailable = 69, kConfiguration = 78 };

struct CheckOptions {
  std::string dir;
  bool json = false;
  bool costs = false;  // of all rules
};
int check(const CheckOptions& options);

struct TestOptions {
  std::string dir;
  std::vector<std::string> rules = {};  // ids; empty: all
  std::string junit = {};               // a file
  bool coverage = true;
};
int test(const TestOptions& options);

struct ExplainOptions {
  std::string dir;
  std::vector<std::string> rules = {};  // ids; empty: those that match, and those that nearly do
  InputFormat format = InputFormat::detect;
  std::string line = "-";  // or "-": lines of standard input
  std::string live = {};   // admin address of a shipper, which is asked for its state of the rules shown; empty: none
};
int explain(const ExplainOptions& options);

struct MatchOptions {
  std::string dir;
  InputFormat format = InputFormat::detect;
  std::vector<std::string> files = {"-"};
  bool count = false;  // per rule, instead of lines
};
int match(const MatchOptions& options);

struct BacktestCommandOptions {
  std::string dir, against;  // against: may be empty
  std::vector<std::string> files;
  InputFormat format = InputFormat::detect;
  std::string json, html;  // files; empty: none
  unsigned threads = 1;
};
int run_backtest(const BacktestCommandOptions& options);

// Where to: one sink of a configuration, or one that is described here as a configuration would.
struct SendTestOptions {
  std::string config;                                          // a configuration with `alerts:`; empty: `type`
  std::string name = {};                                       // of the sink in it; empty: it has only one
  std::string type = {};                                       // "opsgenie"
  std::vector<std::pair<std::string, std::string>> more = {};  // "url", "api_key_file", with values
  base::Duration limit = std::chrono::seconds(30);
};
int send_test(const SendTestOptions& options);

// The rules of a folder, for a command that needs good ones: null after having printed what is wrong with them.
std::shared_ptr<const Program> load_program(const std::string& dir);

}  // namespace longshore::rules
