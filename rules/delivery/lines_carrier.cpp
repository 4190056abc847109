#include "rules/delivery/lines_carrier.hpp"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace longshore::rules {

io::Task<AlertAnswer> FileCarrier::carry(AlertRequest request) {
  auto job = [this, line = std::move(request.body)] { return append(line); };
  const base::Result<void> written = co_await io::run_blocking(pool_, std::move(job));
  AlertAnswer answer;
  if (written)
    answer.status = 200;
  else
    answer.body = written.error().message;
  co_return answer;
}

base::Result<void> FileCarrier::append(const std::string& line) const {
  TRY(file, file_system_.open(path_, base::OpenMode::create));
  TRY(size, file->size());
  char last = '\n';
  if (size > 0) TRY_VOID(file->read(size - 1, {&last, 1}));
  const std::array<std::string_view, 2> pieces{last == '\n' ? "" : "\n", line};
  if (auto written = file->write(size, pieces); !written) {
    (void)file->truncate(size);  // if this fails, too, the next line ends what is there
    return written;
  }
  TRY_VOID(file->sync());
  if (size > 0) return {};
  const std::size_t slash = path_.rfind('/');
  return file_system_.sync_directory(slash == std::string::npos ? "." : path_.substr(0, std::max<std::size_t>(1, slash)));
}

DescriptorCarrier::DescriptorCarrier(io::BlockingPool& pool, int fd) : pool_(pool), fd_(::fcntl(fd, F_DUPFD_CLOEXEC, 3)) {}

io::Task<AlertAnswer> DescriptorCarrier::carry(AlertRequest request) {
  auto job = [this, line = std::move(request.body)] { return write(line); };
  AlertAnswer answer;
  answer.body = co_await io::run_blocking(pool_, std::move(job));
  answer.status = answer.body.empty() ? 200 : 0;
  co_return answer;
}

std::string DescriptorCarrier::write(const std::string& line) {
  const std::string all = torn_ ? "\n" + line : line;
  for (std::size_t done = 0; done < all.size();) {
    pollfd ready{.fd = fd_.get(), .events = POLLOUT, .revents = 0};
    if (::poll(&ready, 1, kPatience) == 0) return "standard output: nobody reads it";
    // What a writable pipe takes without blocking.
    const ssize_t count = ::write(fd_.get(), all.data() + done, std::min<std::size_t>(all.size() - done, PIPE_BUF));
    if (count < 0 && errno != EINTR && errno != EAGAIN) return std::string("standard output: ") + std::strerror(errno);
    if (count > 0) done += static_cast<std::size_t>(count);
    torn_ = done > 0 && done < all.size();
  }
  return {};
}

}  // namespace longshore::rules
