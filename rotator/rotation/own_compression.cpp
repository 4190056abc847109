#include <algorithm>
#include <array>
#include <string_view>

#include "rotator/rotation/archive_steps.hpp"

namespace longshore::rotator {
namespace {

constexpr std::array<std::string_view, 6> kGzip = {"/bin/gzip", "/usr/bin/gzip", "gzip",
                                                   "/bin/pigz", "/usr/bin/pigz", "pigz"};
constexpr std::array<std::string_view, 3> kZstd = {"/bin/zstd", "/usr/bin/zstd", "zstd"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// "-9", "--best", "-19": the level; false: an option that changes more than that.
bool read_level(std::string_view option, int& level) {
  static constexpr std::array<std::string_view, 12> without_meaning = {
      "-f", "--force", "-q", "--quiet", "-n", "--no-name", "-c", "--stdout", "-T0", "-T1", "--check", "--no-progress"};
  if (option == "--fast") return level = 1, true;
  if (option == "--best") return level = 9, true;
  if (is_one_of(without_meaning, option)) return true;
  if (option.size() < 2 || option.size() > 3 || option[0] != '-') return false;
  int number = 0;
  for (const char c : option.substr(1)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  level = number;
  return number > 0;
}

}  // namespace

Compression own_compression(const Policy& policy) {
  const std::string& program = policy.compress_command.program;
  Compression compression{.codec = Codec::none, .level = 0};
  const bool gzip = is_one_of(kGzip, program);
  if (!gzip && !is_one_of(kZstd, program)) return compression;
  for (const std::string& option : policy.compress_options.value_or(std::vector<std::string>{}))
    if (!read_level(option, compression.level)) return compression;
  compression.codec = gzip ? Codec::gzip : Codec::zstd;
  return compression;
}

}  // namespace longshore::rotator
