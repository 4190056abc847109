// What there is to tell while configuration is read and logs are rotated, handed to whoever shows it.
#pragma once

#include <string>

namespace longshore::rotator {

enum class Level { debug, warning, error };

class Messages {
 public:
  virtual ~Messages() = default;
  // `text` without a newline at its end. Debug is what logrotate shows with -v.
  virtual void say(Level level, std::string text) = 0;

  void debug(std::string text) { say(Level::debug, std::move(text)); }
  void warning(std::string text) { say(Level::warning, std::move(text)); }
  void error(std::string text) { say(Level::error, std::move(text)); }
};

}  // namespace longshore::rotator
