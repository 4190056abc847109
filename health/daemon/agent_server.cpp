#include "health/daemon/agent_server.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <utility>

#include "common/io/sleep.hpp"

namespace longshore::health {
namespace {

using boost::asio::posix::stream_descriptor;

constexpr std::size_t kMostConnections = 64;
constexpr base::Duration kPatience = std::chrono::seconds(2);

}  // namespace

AgentServer::AgentServer(boost::asio::any_io_executor loop, base::UniqueFd listener, std::function<std::string()> line)
    : loop_(loop), listener_(std::move(listener)), line_(std::move(line)), tasks_(loop) {}

void AgentServer::start() { tasks_.spawn("agent accept", accept_loop()); }

io::Task<void> AgentServer::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

io::Task<void> AgentServer::accept_loop() {
  stream_descriptor listener(loop_, listener_.release());
  for (;;) {
    const auto [error] = co_await listener.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    if (error) co_return;
    base::UniqueFd socket(::accept4(listener.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      // Out of descriptors, or the client has gone again: this must neither spin nor end the listener.
      if (errno != EAGAIN && errno != ECONNABORTED) co_await io::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    if (tasks_.size() <= kMostConnections) tasks_.spawn("agent connection", serve(std::move(socket)));
  }
}

io::Task<void> AgentServer::serve(base::UniqueFd accepted) {
  stream_descriptor socket(loop_, accepted.release());
  const std::string line = line_();
  // A new connection takes a line at once; the other side may ignore it.
  if (::send(socket.native_handle(), line.data(), line.size(), MSG_NOSIGNAL) < 0) co_return;
  ::shutdown(socket.native_handle(), SHUT_WR);
  // Reads what came (`agent-send`) to the end: closing with bytes unread would reset the connection, and with it the line.
  boost::asio::steady_timer patience(loop_, kPatience);
  patience.async_wait([handle = ::dup(socket.native_handle())](boost::system::error_code error) {
    if (!error) ::shutdown(handle, SHUT_RDWR);
    ::close(handle);
  });
  for (char ignored[512];;) {
    const auto [error, count] = co_await socket.async_read_some(boost::asio::buffer(ignored), io::kNoThrow);
    if (error) co_return;
  }
}

}  // namespace longshore::health
