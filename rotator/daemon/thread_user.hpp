// Whose files this thread works on (`su`): user and group for the file system alone, of one thread, so that others go on as
// they are.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "common/base/result.hpp"
#include "rotator/policy/policy.hpp"

namespace longshore::rotator {

class ThreadUser {
 public:
  // Until destroyed, on the same thread. Nothing, or who we are already: no change. Code::permission if we may not.
  static base::Result<ThreadUser> become(const std::optional<UserAndGroup>& user);
  ThreadUser(ThreadUser&& other) noexcept : active_(std::exchange(other.active_, false)) {}
  ThreadUser& operator=(ThreadUser&&) = delete;
  ~ThreadUser();

 private:
  explicit ThreadUser(bool active) : active_(active) {}
  bool active_;
};

}  // namespace longshore::rotator
