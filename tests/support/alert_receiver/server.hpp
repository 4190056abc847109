// The desk behind a socket: plain HTTP/1.1 on loopback, byte by byte, so that it can also misbehave. Loop thread only.
//
// PUT /mode with a mode of tests/support/receiver/mode.hpp as the body sets how the next requests are treated: "ok", "503",
// "429:7*20", "html200", "reset", "half", "never", "slow:MS"; also "lost*N", "pending:N" for what OpsGenie has accepted.
// "half" and "never" do as they are told and lose the answer; the others do nothing. GET /report gives what was seen, a JSON
// object a line.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <string>
#include <string_view>

#include "common/base/clock.hpp"
#include "common/base/unique_fd.hpp"
#include "common/io/task_group.hpp"
#include "tests/support/alert_receiver/desk.hpp"
#include "tests/support/receiver/mode.hpp"

namespace longshore::alert_receiver {

class Server {
 public:
  // `port` 0: any free one. Listens at once.
  static base::Result<std::unique_ptr<Server>> start(boost::asio::any_io_executor loop, Desk& desk, std::uint16_t port = 0);
  io::Task<void> stop();  // before it is destroyed

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  bool set_mode(std::string_view text);  // false: no such mode

  std::uint64_t requests = 0;  // without those to itself

 private:
  Server(boost::asio::any_io_executor loop, Desk& desk, base::UniqueFd listener);
  io::Task<void> accept_loop();
  io::Task<void> serve(boost::asio::posix::stream_descriptor socket);
  io::Task<bool> answer(boost::asio::posix::stream_descriptor& socket, const Request& request);
  Reply control(const Request& request);
  receiver::Mode take_mode();

  boost::asio::any_io_executor loop_;
  Desk& desk_;
  std::uint16_t port_;
  boost::asio::posix::stream_descriptor listener_;
  receiver::Mode mode_;
  base::SystemClock clock_;
  io::TaskGroup tasks_;  // last: its tasks use all of the above
};

}  // namespace longshore::alert_receiver
