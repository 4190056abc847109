#include "deployer/host/disk_space.hpp"

#include <algorithm>
#include <charconv>

namespace longshore::deployer {

std::optional<std::uint64_t> available_of(std::string_view df) {
  df.remove_prefix(std::min(df.find('\n'), df.size()));
  std::string_view word;
  for (int i = 0; i < 4; ++i) {
    df.remove_prefix(std::min(df.find_first_not_of(" \n"), df.size()));
    word = df.substr(0, df.find_first_of(" \n"));
    df.remove_prefix(word.size());
  }
  std::uint64_t kibibytes = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), kibibytes);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return kibibytes * 1024;
}

}  // namespace longshore::deployer
