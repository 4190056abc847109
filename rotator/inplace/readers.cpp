#include "rotator/inplace/readers.hpp"

#include <fcntl.h>

#include <algorithm>
#include <optional>
#include <thread>

namespace longshore::rotator {
namespace {

// Where one of the readers is that have locked any of [0, end).
std::optional<std::uint64_t> place_of_reader(int fd, std::uint64_t end) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = static_cast<off_t>(end);  // 0: to the end, however far it goes
  if (::fcntl(fd, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_RDLCK || lock.l_len != 0) return std::nullopt;
  return static_cast<std::uint64_t>(lock.l_start);
}

template <class Look>
std::uint64_t wait_while(Look look, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const std::uint64_t behind = look();
    if (behind == 0 || std::chrono::steady_clock::now() >= deadline) return behind;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

bool has_reader(int fd) { return place_of_reader(fd, 0).has_value(); }

std::uint64_t wait_for_readers(int fd, std::uint64_t end, std::chrono::milliseconds patience) {
  if (end == 0) return 0;
  return wait_while([&] { return end - place_of_reader(fd, end).value_or(end); }, patience);
}

std::uint64_t wait_for_readers_behind(int fd, std::uint64_t size, std::chrono::milliseconds patience) {
  return wait_while([&] { return std::max(place_of_reader(fd, 0).value_or(size), size) - size; }, patience);
}

}  // namespace longshore::rotator
