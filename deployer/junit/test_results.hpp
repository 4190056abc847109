// What JUnit's XML says of a test run, as GoogleTest, pytest, Maven Surefire and the like write it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace longshore::deployer {

struct TestResults {
  std::size_t ran = 0;              // test cases that were not skipped
  std::size_t skipped = 0;          // or disabled
  std::vector<std::string> failed;  // "class.name": failures and errors; where a suite only counts them, "suite: 2 errors"

  bool green() const { return ran > 0 && failed.empty(); }
};

// `file` stands in errors as FILE:LINE:COLUMN. Code::invalid: no XML to the end, a DOCTYPE, no <testsuites> or <testsuite>
// as its root, or a count that is no number.
base::Result<TestResults> read_test_results(std::string_view xml, std::string_view file);

}  // namespace longshore::deployer
