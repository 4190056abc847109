// Any text is rules of other tools, or a refusal; what comes out can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "common/config/problems.hpp"
#include "common/config/yaml.hpp"
#include "rules/import/elastalert.hpp"
#include "rules/import/sigma.hpp"

using namespace longshore;

namespace {

void expect_readable(const rules::ImportResult& result) {
  for (const std::string& file : result.files()) {
    config::Problems problems("imported");
    if (!config::parse_yaml(file, problems) || problems.count() > 0) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  expect_readable(rules::import_sigma({{"fuzz.yml", text}}, {.service_clause = size % 2 == 0}));
  expect_readable(rules::import_elastalert({{"fuzz.yaml", text}}));
  return 0;
}
