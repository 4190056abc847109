// What all steps of one run share: when it is, what is only tried, where to say it.
#pragma once

#include <string>

#include "rotator/logrotate/messages.hpp"
#include "rotator/policy/moment.hpp"

namespace longshore::rotator {

struct Run {
  Messages& messages;
  Moment now;
  bool dry = false;     // say what would be done, and do nothing
  bool forced = false;  // rotate whatever is due or not
  std::string mail_command = "/usr/bin/mail";
};

}  // namespace longshore::rotator
