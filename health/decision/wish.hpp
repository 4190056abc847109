// What people and deployer want of the node: in or out. It outlives the process, as one line of a file:
//   out 2026-11-27T14:00:00Z SIGUSR1
// Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/result.hpp"
#include "common/base/timestamp.hpp"

namespace longshore::health {

struct Wish {
  bool out = false;
  base::Timestamp since;
  std::string by;  // one word: who said so
};

std::string write_wish(const Wish& wish);  // with its line feed
// Code::corrupt if it is no such line.
base::Result<Wish> read_wish(std::string_view text);

// Which wish a process begins with. `drained`: out; `when_healthy`: in; `as_before`: what was kept, in if nothing was.
enum class Start { as_before, drained, when_healthy };

}  // namespace longshore::health
