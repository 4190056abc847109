// Programs of others, run by their argument list: nothing goes through a shell unless it is the program.
#pragma once

#include <string>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct Ended {
  int status = 0;  // of exit; 128 and the signal where one ended it
  std::string out, err;
};

// Runs `argv` with nothing on its standard input, and collects what it prints. Blocks until it ends. Code::not_found: there
// is no such program.
base::Result<Ended> run_and_collect(const std::vector<std::string>& argv);

// Runs `argv` with our own standard output and error. The status as above.
base::Result<int> run_visibly(const std::vector<std::string>& argv);

}  // namespace longshore::deployer
