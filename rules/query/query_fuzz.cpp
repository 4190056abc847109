#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/query/parser.hpp"
#include "rules/query/print.hpp"

// Whatever is read prints to something that is read back to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::rules;
  const ParsedQuery parsed = parse_query({reinterpret_cast<const char*>(data), size});
  if (!parsed.errors.empty()) return 0;
  const std::string printed = print_query(parsed.tree);
  const ParsedQuery again = parse_query(printed);
  // Said with every parenthesis it may be longer or deeper than is allowed.
  if (printed.size() > kMostQueryBytes || (!again.errors.empty() && again.errors[0].what.starts_with("nested"))) return 0;
  if (!again.errors.empty() || print_query(again.tree) != printed) std::abort();
  return 0;
}
