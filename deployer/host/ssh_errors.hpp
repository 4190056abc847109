// What ssh says on its standard error, as an error with advice. OpenSSH has no other way to tell why it has ended: all of it
// is exit code 255. Pure.
#pragma once

#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace longshore::deployer {

// `host`: as ssh was given it, with the user. Code::permission: keys; not_found: no such host; invalid: ssh's configuration;
// timeout; unavailable: all else.
base::Error explain_ssh(std::string_view said, std::string_view host);

// sshd turns away whoever comes while too many are being let in (MaxStartups, penalties): trying again helps.
bool is_turned_away(std::string_view said);

}  // namespace longshore::deployer
