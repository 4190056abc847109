// Any bytes as a stored alert: refused, or read to a change that is written and read back as it was.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/alert/alert_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::rules;
  const auto change = read_alert_change({reinterpret_cast<const char*>(data), size});
  if (!change) return 0;
  const auto again = read_alert_change(write_alert_change(*change));
  if (!again || *again != *change) std::abort();
  return 0;
}
