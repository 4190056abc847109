#include "rotator/config/user_and_group.hpp"

#include <charconv>

namespace longshore::rotator {
namespace {

std::optional<std::uint32_t> read_id(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  // The highest number means "leave it as it is" to the kernel.
  if (error != std::errc() || end != text.data() + text.size() || id == ~std::uint32_t{0}) return std::nullopt;
  return id;
}

}  // namespace

std::optional<UserAndGroup> read_user_and_group(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  const auto uid = read_id(text.substr(0, colon)), gid = read_id(text.substr(colon + 1));
  if (!uid || !gid) return std::nullopt;
  return UserAndGroup{*uid, *gid};
}

}  // namespace longshore::rotator
