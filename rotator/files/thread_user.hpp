// Whose files this thread works on (`su`): user and group for the file system alone, without any further group, of one
// thread, so that others go on as they are.
#pragma once

#include <cstdint>
#include <utility>

#include "common/base/result.hpp"

namespace longshore::rotator {

class ThreadUser {
 public:
  // Until destroyed, on the same thread. Who we are already: no change. Code::permission if we may not.
  static base::Result<ThreadUser> become(std::uint32_t uid, std::uint32_t gid);
  ThreadUser(ThreadUser&& other) noexcept : active_(std::exchange(other.active_, false)) {}
  ThreadUser& operator=(ThreadUser&&) = delete;
  ~ThreadUser();

  // In a child of such a thread, before exec: the further groups come back. Safe between fork and exec.
  static void take_groups_back();

 private:
  explicit ThreadUser(bool active) : active_(active) {}
  bool active_;
};

// Whom the kernel takes this thread for when it works on files, by whichever way.
std::uint32_t file_user();

}  // namespace longshore::rotator
