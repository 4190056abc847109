// Where messages go: standard error from a level on, all of them into a file (`--log`), or to the system's log.
#pragma once

#include <memory>
#include <string>

#include "common/base/result.hpp"
#include "common/base/unique_fd.hpp"
#include "rotator/logrotate/messages.hpp"

namespace longshore::rotator {

class MessageLog final : public Messages {
 public:
  void set_verbose() { from_ = Level::debug; }
  // Anew; inherited by scripts, as descriptor 3 where that is free.
  base::Result<void> log_to_file(const std::string& path);
  void log_to_syslog();

  void say(Level level, std::string text) override;

 private:
  Level from_ = Level::warning;
  base::UniqueFd file_;
  bool syslog_ = false;
};

}  // namespace longshore::rotator
