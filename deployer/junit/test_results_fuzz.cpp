// Any bytes are results of tests, or an error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deployer/junit/test_results.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto results = longshore::deployer::read_test_results({reinterpret_cast<const char*>(data), size}, "f");
  if (!results && results.error().message.empty()) std::abort();
  return 0;
}
