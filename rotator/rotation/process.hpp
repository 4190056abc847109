// Programs and scripts that a configuration names: started, waited for, their exit told. No shell sees the name of a file:
// scripts get it as an argument, programs as an open descriptor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/base/result.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

struct ProcessRequest {
  std::vector<std::string> words;             // the program, looked for in PATH if it has no '/', and its arguments
  std::vector<std::string> environment = {};  // "NAME=value", beside what we have
  int input = -1, output = -1;                // descriptors that become 0 and 1; -1: ours
  bool silent_output = false;                 // 1 is /dev/null
  bool capture_errors = false;                // what it writes to 2 is in the result, not on our own
  std::optional<UserAndGroup> user = {};      // for good; nothing: who has started us, whoever we work as at the moment
};

struct ProcessResult {
  int status = 0;      // as waitpid has it; 0: it ended with exit code 0
  std::string errors;  // captured
  bool good() const { return status == 0; }
};

// Blocks until it has ended. An error: it could not be started at all; a program that cannot be executed is a bad status.
base::Result<ProcessResult> run_process(const ProcessRequest& request);

// The same, with bytes that `feed` writes to the descriptor it is given as the input. A reader that ends early is no error.
base::Result<ProcessResult> run_process_fed(ProcessRequest request, const std::function<base::Result<void>(int)>& feed);

// `/bin/sh -c SCRIPT logrotate_script ARGUMENTS…`, as who has started us.
base::Result<ProcessResult> run_script(const std::string& script, const std::vector<std::string>& arguments);

}  // namespace longshore::rotator
