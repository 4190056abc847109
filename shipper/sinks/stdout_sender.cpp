#include "shipper/sinks/stdout_sender.hpp"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace longshore::shipper {

StdoutSender::StdoutSender(boost::asio::any_io_executor loop, io::BlockingPool& pool, int fd)
    : pool_(pool), fd_(::fcntl(fd, F_DUPFD_CLOEXEC, 3)), readiness_(std::move(loop)) {
  struct stat info{};
  if (::fstat(fd_.get(), &info) == 0 && (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode))) kind_ = Kind::file;
  boost::system::error_code refused;  // epoll does not take files, nor /dev/null: those never wait
  if (kind_ == Kind::stream) readiness_.assign(fd_.get(), refused);
  if (refused) kind_ = Kind::file;
}

StdoutSender::~StdoutSender() {
  if (readiness_.is_open()) readiness_.release();
}

io::Task<Outcome> StdoutSender::send(const Payload& payload) {
  if (begun_seq_ != payload.first_seq) written_ = 0;
  begun_seq_ = payload.first_seq;
  const std::string& body = *payload.body;
  while (written_ < body.size()) {
    std::size_t size = body.size() - written_;
    if (kind_ == Kind::stream) {
      const auto [error] = co_await readiness_.async_wait(boost::asio::posix::descriptor_base::wait_write, io::kNoThrow);
      if (error) co_return Outcome{.verdict = Verdict::retry, .reason = "standard output: " + error.message()};
      size = std::min<std::size_t>(size, PIPE_BUF);  // what a writable pipe takes without blocking
    }
    const auto write_some = [fd = fd_.get(), from = body.data() + written_, size] {
      const ssize_t count = ::write(fd, from, size);
      return count < 0 ? -errno : static_cast<int>(std::min<ssize_t>(count, INT_MAX));
    };
    int count = 0;
    if (kind_ == Kind::stream) {
      count = write_some();
    } else {
      count = co_await io::run_blocking(pool_, write_some);
    }
    if (count == -EAGAIN || count == -EINTR) continue;
    if (count < 0)
      co_return Outcome{.verdict = Verdict::retry, .reason = std::string("standard output: ") + std::strerror(-count)};
    written_ += static_cast<std::size_t>(count);
  }
  begun_seq_ = UINT64_MAX;
  co_return Outcome{};
}

}  // namespace longshore::shipper
