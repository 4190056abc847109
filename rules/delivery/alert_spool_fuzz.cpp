// Any bytes as the journal: it opens, what it gives is bounded by what it read, and it opens the same a second time.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "rules/delivery/alert_spool.hpp"
#include "tests/support/fault_file_system.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore;
  test_support::FaultFileSystem files;
  files.set_content("alerts/alerts.journal", std::string(reinterpret_cast<const char*>(data), size));
  const auto first = rules::AlertSpool::open(files, "alerts", {"pager"});
  if (!first || first->counts().cut > size) std::abort();
  std::size_t bytes = 0;
  for (const auto& [number, entry] : first->waiting()) bytes += entry.line.size();
  if (bytes > size) std::abort();
  const auto second = rules::AlertSpool::open(files, "alerts", {"pager"});
  if (!second || second->counts().damaged + second->counts().cut != 0) std::abort();
  if (second->waiting().size() != first->waiting().size()) std::abort();
  return 0;
}
