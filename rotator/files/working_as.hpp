// Whom the kernel takes us for (`su`): effective user and group, switched for a while and back. Of the whole process: one
// thread at a time.
#pragma once

#include <cstdint>

#include "common/base/result.hpp"

namespace longshore::rotator {

class WorkingAs {
 public:
  // Until destroyed. Nothing changes if that is who we are.
  static base::Result<WorkingAs> start(std::uint32_t uid, std::uint32_t gid);
  WorkingAs(WorkingAs&& other) noexcept;
  WorkingAs& operator=(WorkingAs&&) = delete;
  ~WorkingAs();

 private:
  WorkingAs(std::uint32_t uid, std::uint32_t gid) : uid_(uid), gid_(gid) {}
  std::uint32_t uid_, gid_;  // whom to be again
  bool active_ = true;
};

// In a child before exec, for good: who runs us, whatever WorkingAs is at the moment; or `uid` and `gid`. False: not
// possible. Safe between fork and exec.
bool become_invoker();
bool become(std::uint32_t uid, std::uint32_t gid);

}  // namespace longshore::rotator
