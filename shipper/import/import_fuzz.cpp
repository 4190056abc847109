// Any bytes as a syslog-ng configuration: whatever is made of them is a configuration that shipper accepts.
#include <cstdint>
#include <cstdlib>

#include "common/config/outside_for_test.hpp"
#include "shipper/config/config.hpp"
#include "shipper/import/files_for_test.hpp"
#include "shipper/import/import.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto yaml = shipper::import_syslog_ng(
      "/x/main.conf", shipper::files_for_test({{"/x/main.conf", text}, {"/x/a.conf", text.substr(0, size / 2)}}));
  if (!yaml) return 0;
  if (!shipper::parse_config(*yaml, "imported.yaml", config::outside_for_test())) std::abort();
  return 0;
}
