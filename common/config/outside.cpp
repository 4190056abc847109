#include "common/config/outside.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

#include "common/base/unique_fd.hpp"

namespace longshore::config {

const Outside& real_outside() {
  static const Outside outside{[](const std::string& name) -> std::optional<std::string> {
                                 const char* const value = std::getenv(name.c_str());
                                 return value == nullptr ? std::nullopt : std::optional<std::string>(value);
                               },
                               base::read_secret_file,
                               [](const std::string& path) -> base::Result<void> {
                                 const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
                                 if (!fd) return base::fail_errno(errno, "read " + path);
                                 return {};
                               }};
  return outside;
}

}  // namespace longshore::config
