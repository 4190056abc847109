#include "rotator/rotation/message_log.hpp"

#include <fcntl.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>

namespace longshore::rotator {
namespace {

void write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = ::write(file, text.data(), text.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;  // there is no one left to tell
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

}  // namespace

base::Result<void> MessageLog::log_to_file(const std::string& path) {
  file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0644));
  if (!file_) return base::fail_errno(errno, "error opening log file " + path);
  return {};
}

void MessageLog::log_to_syslog() {
  syslog_ = true;
  ::openlog("logrotate", 0, LOG_USER);
}

void MessageLog::say(Level level, std::string text) {
  if (syslog_) {
    const int priority = level == Level::error ? LOG_ERR : level == Level::warning ? LOG_WARNING : LOG_INFO;
    ::syslog(LOG_USER | priority, "%s", text.c_str());
  }
  const std::string line = (level == Level::error     ? "error: "
                            : level == Level::warning ? "warning: "
                                                      : "") +
                           std::move(text) + "\n";
  if (level >= from_) write_whole(STDERR_FILENO, line);
  if (file_) write_whole(file_.get(), line);
}

}  // namespace longshore::rotator
