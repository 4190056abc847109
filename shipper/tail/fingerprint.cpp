#include "shipper/tail/fingerprint.hpp"

#include <fmt/format.h>

#include <charconv>

#include "common/base/crc32c.hpp"

namespace longshore::shipper {

Fingerprint Fingerprint::of(std::string_view head) { return {static_cast<std::uint32_t>(head.size()), base::crc32c(head)}; }

bool Fingerprint::matches(std::string_view head) const {
  return head.size() >= size && base::crc32c(head.substr(0, size)) == crc;
}

std::string FilePosition::encode() const {
  return fmt::format("1 {} {} {} {} {}", offset, skipping ? 1 : 0, fingerprint.size, fingerprint.crc, path);
}

bool FilePosition::decode(std::string_view text, FilePosition& out) {
  std::uint64_t numbers[5] = {};
  for (std::uint64_t& number : numbers) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end == text.data() + text.size() || *end != ' ') return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  if (numbers[0] != 1 || numbers[2] > 1 || numbers[3] > UINT32_MAX || numbers[4] > UINT32_MAX) return false;
  out = {numbers[1],
         numbers[2] == 1,
         {static_cast<std::uint32_t>(numbers[3]), static_cast<std::uint32_t>(numbers[4])},
         std::string(text)};
  return true;
}

}  // namespace longshore::shipper
