// The exit codes of the commands about compositions; those of a rollout are its own.
#pragma once

#include "common/base/error.hpp"

namespace longshore::deployer {

inline constexpr int kExitDone = 0;
inline constexpr int kExitNo = 1;            // `diff`: they differ; else: what was asked for is not so, or is refused
inline constexpr int kExitData = 65;         // mistakes in a composition, a lock, a JUnit file, or in what a registry holds
inline constexpr int kExitUnavailable = 69;  // a registry or a host cannot be reached, or does not let us in

// Prints the error to standard error. The code that fits it.
int complain(const base::Error& error);

}  // namespace longshore::deployer
