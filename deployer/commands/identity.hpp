// Who runs this: for the lock, the records and the reports.
#pragma once

#include <string>

namespace longshore::deployer {

struct Identity {
  std::string owner;    // "user@machine", or Jenkins' user
  std::string machine;  // host name and boot: where a pid means something
  std::string pid;
  std::string build_url;  // BUILD_URL; may be empty
};
Identity this_identity();

// 32 hexadecimal digits that nobody else has.
std::string new_token();

// Whether Jenkins says that the build at `build_url` is over; false where it cannot be known.
bool build_has_ended(const std::string& build_url);

}  // namespace longshore::deployer
