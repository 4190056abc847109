// Any bytes are a composition, or errors: what was understood is printed so that it is understood again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "deployer/composition/composition.hpp"
#include "deployer/composition/difference.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longshore::deployer;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto image = read_image(text); image && parse_image(image->text()).value() != *image) std::abort();
  if (const auto plain = read_composition(text, "c_20150619_1504", "f"); plain && !difference(*plain, *plain).empty())
    std::abort();
  const auto locked = read_lock(text, "c_20150619_1504", "f");
  if (!locked) return 0;
  const auto again = read_lock(print_lock(*locked), locked->name, "f");
  if (!again || again->components != locked->components || !check_lock(*locked, *again, "f")) std::abort();
  return 0;
}
