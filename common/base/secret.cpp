#include "common/base/secret.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "common/base/unique_fd.hpp"

namespace longshore::base {

Result<Secret> read_secret_file(const std::string& path) {
  constexpr std::size_t kLimit = 64 * 1024;
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail_errno(errno, "read secret " + path);
  std::string value(kLimit + 1, '\0');
  std::size_t size = 0;
  while (size < value.size()) {
    const ssize_t count = ::read(fd.get(), value.data() + size, value.size() - size);
    if (count < 0) return fail_errno(errno, "read secret " + path);
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  if (size > kLimit) return fail(Code::invalid, "secret " + path + " is over 64 KiB: is this the right file?");
  value.resize(size);
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  if (value.empty()) return fail(Code::invalid, "secret " + path + " is empty");
  return Secret(std::move(value));
}

}  // namespace longshore::base
