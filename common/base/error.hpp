// What can go wrong, as a closed list. A caller decides on `code`; a person reads `message`, which says what happened,
// to what, and what to do. Nothing in the tree decides on the text.
#pragma once

#include <string>
#include <utility>

namespace longshore::base {

enum class Code {
  invalid,      // the input breaks its grammar or a documented limit
  not_found,    // what was named does not exist
  exists,       // it exists and must not
  permission,   // the operating system or a peer refused
  exhausted,    // disk, memory, descriptors or a quota are used up
  unavailable,  // a peer cannot be reached now; trying again may help
  timeout,      // no answer within the deadline
  closed,       // the other side, or we ourselves, ended it
  corrupt,      // stored or received bytes fail their checksum or format
  io,           // any other failure of the operating system
};

struct Error {
  Code code = Code::io;
  std::string message;
};

// "open /x: Permission denied", with the code that fits errno value `number`.
Error errno_error(int number, std::string what);

}  // namespace longshore::base
