#include "deployer/commands/composition_exit.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace longshore::deployer {

int complain(const base::Error& error) {
  fmt::print(stderr, "{}\n", error.message);
  switch (error.code) {
    case base::Code::invalid:
    case base::Code::corrupt:
      return kExitData;
    case base::Code::not_found:
    case base::Code::exists:
      return kExitNo;
    default:
      return kExitUnavailable;
  }
}

}  // namespace longshore::deployer
