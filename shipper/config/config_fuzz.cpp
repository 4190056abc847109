// Any bytes: a configuration that can be printed, or what is wrong with them.
#include <cstdint>
#include <cstdlib>

#include "common/config/outside_for_test.hpp"
#include "shipper/config/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  static const config::Outside outside = config::outside_for_test({"/missing", "MISSING"});
  const auto config = shipper::parse_config({reinterpret_cast<const char*>(data), size}, "fuzz", outside);
  const std::string said = config ? shipper::print_config(*config) : config.error().message;
  if (said.empty() || said.find("open sesame") != said.npos) std::abort();
  return 0;
}
