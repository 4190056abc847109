// Any text: a value, or a mistake; without a dollar nothing changes, and a dollar that is doubled is one.
#include <cstdint>
#include <cstdlib>

#include "deployer/service/interpolate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::deployer::compose;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Lookup variable = [](const std::string& name) {
    return name.size() == 1 ? std::optional(name) : name.size() == 2 ? std::optional<std::string>("") : std::nullopt;
  };
  const auto value = interpolate(text, variable);
  if (!value && value.error().message.empty()) std::abort();
  std::string doubled;
  for (const char c : text) doubled += c == '$' ? std::string("$$") : std::string(1, c);
  const auto same = interpolate(doubled, variable);
  if (size <= (64 << 10) && (!same || *same != text)) std::abort();
  return 0;
}
